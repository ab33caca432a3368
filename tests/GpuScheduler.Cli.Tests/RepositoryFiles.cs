namespace GpuScheduler.Cli.Tests;

/// <summary>Files at the repository's root.</summary>
internal static class RepositoryFiles
{
    public static string Read(string name)
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "GpuScheduler.sln")))
        {
            folder = folder.Parent;
        }

        return File.ReadAllText(Path.Combine(folder!.FullName, name));
    }
}
