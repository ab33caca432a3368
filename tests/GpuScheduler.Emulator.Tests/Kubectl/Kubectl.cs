using System.Diagnostics;

namespace GpuScheduler.Emulator.Tests;

/// <summary>The real kubectl, from the environment's KUBECTL or the PATH.</summary>
internal sealed class Kubectl(Uri server) : IDisposable
{
    private static readonly string? Program = Find();
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("kubectl-");

    /// <summary>Reports the test as skipped where there is no kubectl.</summary>
    public static void Require()
    {
        if (Program is null) Assert.Ignore("no kubectl: put it on the PATH or name it in KUBECTL");
    }

    /// <summary>Runs a command that must succeed and gives back what it wrote.</summary>
    public async Task<string> RunAsync(string arguments, string input = "")
    {
        (int code, string output, string errors) = await TryAsync(arguments, input);
        Assert.That(code, Is.Zero, $"kubectl {arguments}\n{output}\n{errors}");
        return output;
    }

    public async Task<(int Code, string Output, string Errors)> TryAsync(string arguments, string input = "")
    {
        var start = new ProcessStartInfo(Program!) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add($"--server={server}");
        start.ArgumentList.Add($"--cache-dir={_home.FullName}");
        foreach (string argument in arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)) start.ArgumentList.Add(argument.Replace('~', ' '));
        start.Environment["KUBECONFIG"] = Path.Combine(_home.FullName, "none");
        start.Environment["HOME"] = _home.FullName;
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"kubectl {arguments} did not end");
        }

        return (process.ExitCode, await output, await errors);
    }

    public void Dispose() => _home.Delete(recursive: true);

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("KUBECTL") is { Length: > 0 } named) return named;
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, "kubectl")).FirstOrDefault(File.Exists);
    }
}
