using System.Text.RegularExpressions;

namespace GpuScheduler.Architecture.Tests;

public sealed partial class SourceFilesTests
{
    private const int MaxLines = 400;

    [Test]
    public void No_file_is_longer_than_400_lines() => Assert.That(
        Repository.Sources("src", "tests", "bench")
            .Select(f => (File: f.Replace('\\', '/'), Lines: File.ReadLines(Path.Combine(Repository.Root, f)).Count()))
            .Where(f => f.Lines > MaxLines),
        Is.Empty);

    [Test]
    public void Each_file_holds_one_type_of_its_name() => Assert.That(
        Repository.Sources("src").Where(f => Path.GetFileName(f) is not ("Program.cs" or "AssemblyInfo.cs")).Select(Problem).OfType<string>(),
        Is.Empty);

    [Test]
    public void Each_namespace_is_the_name_of_its_project() => Assert.That(
        Repository.Sources("src").Select(f => (File: f, Namespaces: Namespace().Matches(Text(f)).Select(m => m.Groups[1].Value))),
        Is.All.Matches<(string File, IEnumerable<string> Namespaces)>(f => f.Namespaces.All(n => n == f.File.Split(Path.DirectorySeparatorChar)[1])));

    private static string? Problem(string file)
    {
        string expected = Path.GetFileName(file).Split('.')[0];
        string[] types = [.. TopLevelType().Matches(Text(file)).Select(m => m.Groups["name"].Value).Distinct()];
        return types.SequenceEqual([expected]) ? null : $"{file} holds {string.Join(", ", types)}";
    }

    private static string Text(string file) => File.ReadAllText(Path.Combine(Repository.Root, file)).ReplaceLineEndings("\n");

    /// <summary>With file-scoped namespaces what stands in the first column is on the top level.</summary>
    [GeneratedRegex(
        @"^(?:(?:public|internal|file|sealed|static|abstract|partial|readonly|ref|unsafe) )*"
        + @"(?:class|interface|enum|record struct|record class|record|struct|delegate [\w<>?\[\], .]+?) (?<name>\w+)",
        RegexOptions.Multiline)]
    private static partial Regex TopLevelType();

    [GeneratedRegex(@"^namespace ([\w.]+)", RegexOptions.Multiline)]
    private static partial Regex Namespace();
}
