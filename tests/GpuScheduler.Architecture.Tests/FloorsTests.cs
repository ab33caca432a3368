using System.Xml.Linq;

namespace GpuScheduler.Architecture.Tests;

/// <summary>A project uses only the floors below it, and the core uses nothing from outside.</summary>
public sealed class FloorsTests
{
    private const string Analyzers = "Microsoft.CodeAnalysis.BannedApiAnalyzers";

    /// <summary>What each project may refer to directly: projects by their last name, packages as they are.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Cluster"] = [],
        ["Framework"] = ["Cluster"],
        ["Plugins"] = ["Cluster", "Framework"],
        ["Scheduling"] = ["Cluster", "Framework"],
        ["Optimization"] = ["Cluster", "Framework", "Plugins", "Scheduling", "Google.OrTools", "Google.Protobuf"],
        ["Manifests"] = ["Cluster", "Framework", "YamlDotNet", "Cel"],
        ["Kubernetes"] = ["Cluster", "Framework", "Scheduling", "Manifests", "KubernetesClient", "Google.Protobuf", "Microsoft.Extensions.Logging.Abstractions"],
        ["Simulation"] = ["Cluster", "Framework", "Scheduling", "Manifests"],
        ["Emulator"] = [],
        ["Server"] =
            ["Cluster", "Framework", "Plugins", "Scheduling", "Optimization", "Manifests", "Kubernetes", "*"],
        ["Cli"] = ["Cluster", "Framework", "Plugins", "Scheduling", "Optimization", "Manifests", "Kubernetes", "Simulation", "Emulator", "Server", "*"],
    };

    private static IEnumerable<string> Projects => Repository.ProjectsOf("src").Select(Path.GetFileNameWithoutExtension).OfType<string>().Order();

    [TestCaseSource(nameof(Projects))]
    public void A_project_refers_only_to_what_its_floor_allows(string project)
    {
        string name = project["GpuScheduler.".Length..];
        Assert.That(Allowed, Contains.Key(name), $"say in {nameof(FloorsTests)} and docs/architecture.md which floor {project} is on");
        XDocument file = XDocument.Load(Repository.ProjectsOf("src").Single(p => Path.GetFileNameWithoutExtension(p) == project));
        IEnumerable<string> projects = Included(file, "ProjectReference")
            .Select(p => Path.GetFileNameWithoutExtension(p.Replace('\\', '/'))["GpuScheduler.".Length..]);
        IEnumerable<string> packages = Included(file, "PackageReference").Where(p => p != Analyzers && !Allowed[name].Contains("*"));
        Assert.That(projects.Concat(packages).Except(Allowed[name]), Is.Empty);
        bool isWeb = name is "Emulator" or "Server" or "Cli";
        Assert.That(Included(file, "FrameworkReference").Where(f => !(isWeb && f == "Microsoft.AspNetCore.App")), Is.Empty);
        Assert.That(Included(file, "Reference"), Is.Empty);
    }

    [Test]
    public void The_props_shared_by_all_of_src_bring_in_the_analyzers_alone()
    {
        XDocument file = XDocument.Load(Path.Combine(Repository.Root, "src", "Directory.Build.props"));
        Assert.That(Included(file, "PackageReference"), Is.EqualTo(new[] { Analyzers }));
        Assert.That(Included(file, "ProjectReference"), Is.Empty);
    }

    [Test]
    public void No_project_of_src_is_left_out_of_the_solution_nor_any_of_the_tests()
    {
        string solution = File.ReadAllText(Path.Combine(Repository.Root, "GpuScheduler.sln"));
        IEnumerable<string> projects = Repository.ProjectsOf("src").Concat(Repository.ProjectsOf("tests")).Select(Path.GetFileName).OfType<string>();
        Assert.That(projects.Where(p => !solution.Contains($"\\{p}\"", StringComparison.Ordinal)), Is.Empty);
    }

    private static IEnumerable<string> Included(XDocument file, string item) =>
        file.Descendants(item).Select(r => r.Attribute("Include")?.Value).OfType<string>();
}
