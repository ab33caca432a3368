using System.Diagnostics;

namespace GpuScheduler.Live.Tests;

/// <summary>The real kubectl, from KUBEBUILDER_ASSETS or the PATH.</summary>
internal sealed class Kubectl : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("gpusched-kubectl-");
    private readonly string _program;

    /// <summary>Where there is no kubectl the test is skipped by name, and fails in CI.</summary>
    /// <param name="kubeconfig">What the kubeconfig says.</param>
    public Kubectl(string kubeconfig)
    {
        _program = Find();
        File.WriteAllText(Path.Combine(_home.FullName, "kubeconfig"), kubeconfig);
    }

    /// <summary>Runs a command that must succeed and gives back what it wrote.</summary>
    public async Task<string> RunAsync(string[] arguments, string input = "")
    {
        (int code, string output, string errors) = await TryAsync(arguments, input);
        Assert.That(code, Is.Zero, $"kubectl {string.Join(' ', arguments)}\n{output}\n{errors}");
        return output;
    }

    public async Task<(int Code, string Output, string Errors)> TryAsync(string[] arguments, string input = "")
    {
        ProcessStartInfo start = new(_program, [$"--cache-dir={Path.Combine(_home.FullName, "cache")}", .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["KUBECONFIG"] = Path.Combine(_home.FullName, "kubeconfig");
        start.Environment["HOME"] = _home.FullName;
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        using CancellationTokenSource limit = new(Limit);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"kubectl {string.Join(' ', arguments)} did not end within {Limit.TotalSeconds} s");
        }

        return (process.ExitCode, await output, await errors);
    }

    public void Dispose() => _home.Delete(recursive: true);

    private static string Find()
    {
        string folders = $"{Environment.GetEnvironmentVariable("KUBEBUILDER_ASSETS")}{Path.PathSeparator}{Environment.GetEnvironmentVariable("PATH")}";
        string? program = folders.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Select(f => Path.Combine(f, "kubectl")).FirstOrDefault(File.Exists);
        if (program is null)
        {
            LiveServers.Skip("there is no kubectl: put it on the PATH or into KUBEBUILDER_ASSETS");
        }

        return program!;
    }
}
