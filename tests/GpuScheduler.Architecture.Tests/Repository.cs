namespace GpuScheduler.Architecture.Tests;

/// <summary>The checked-out repository that these tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static IEnumerable<string> ProjectsOf(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), "*.csproj", SearchOption.AllDirectories);

    /// <summary>Source files that people wrote, with paths relative to the root.</summary>
    public static IEnumerable<string> Sources(params string[] folders) => folders
        .Select(f => Path.Combine(Root, f))
        .Where(Directory.Exists)
        .SelectMany(f => Directory.EnumerateFiles(f, "*.cs", SearchOption.AllDirectories))
        .Select(f => Path.GetRelativePath(Root, f))
        .Where(f => !f.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"));

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(TestContext.CurrentContext.TestDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "GpuScheduler.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("no folder above the tests holds GpuScheduler.sln");
    }
}
