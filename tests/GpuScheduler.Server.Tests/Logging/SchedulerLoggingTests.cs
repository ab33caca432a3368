using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace GpuScheduler.Server.Tests;

public sealed class SchedulerLoggingTests
{
    [TestCase(0, LogLevel.Information)]
    [TestCase(3, LogLevel.Information)]
    [TestCase(4, LogLevel.Debug)]
    [TestCase(6, LogLevel.Trace)]
    [TestCase(10, LogLevel.Trace)]
    public void The_verbosity_is_that_of_kube_scheduler(int verbosity, LogLevel lowest)
    {
        using ILoggerFactory logs = SchedulerLogging.Create(LogFormat.Text, verbosity);
        ILogger log = logs.CreateLogger("GpuScheduler.Test");
        Assert.That(Enum.GetValues<LogLevel>().First(log.IsEnabled), Is.EqualTo(lowest));
    }

    [TestCase(5, false)]
    [TestCase(6, true)]
    public void Requests_to_the_server_itself_are_logged_at_the_highest_verbosity_alone(int verbosity, bool isLogged)
    {
        using ILoggerFactory logs = SchedulerLogging.Create(LogFormat.Text, verbosity);
        Assert.That(logs.CreateLogger("Microsoft.AspNetCore.Server.Kestrel").IsEnabled(LogLevel.Information), Is.EqualTo(isLogged));
    }

    [TestCase(LogFormat.Text)]
    [TestCase(LogFormat.Json)]
    public void The_log_goes_to_standard_error_and_never_blocks_the_scheduler(LogFormat format)
    {
        ServiceCollection services = new();
        services.AddLogging(logging => SchedulerLogging.Configure(logging, format, 0));
        using ServiceProvider provider = services.BuildServiceProvider();
        ConsoleLoggerOptions options = provider.GetRequiredService<IOptions<ConsoleLoggerOptions>>().Value;
        Assert.That(options.LogToStandardErrorThreshold, Is.EqualTo(LogLevel.Trace));
        Assert.That(options.QueueFullMode, Is.EqualTo(ConsoleLoggerQueueFullMode.DropWrite));
    }

    [Test]
    public void Json_lines_have_what_the_message_names_as_fields()
    {
        JsonElement line = JsonDocument.Parse(Write(LogFormat.Json)).RootElement;
        Assert.That(line.GetProperty("Message").GetString(), Is.EqualTo("bound ml/train-0 to gpu-1"));
        Assert.That(line.GetProperty("LogLevel").GetString(), Is.EqualTo("Information"));
        Assert.That(line.GetProperty("State").GetProperty("Node").GetString(), Is.EqualTo("gpu-1"));
        Assert.That(line.GetProperty("Timestamp").GetString(), Does.Match(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$"));
    }

    [Test]
    public void A_text_entry_is_one_line_without_colours()
    {
        string text = Write(LogFormat.Text);
        Assert.That(text, Does.Match(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z info Test: bound ml/train-0 to gpu-1\r?\n$"));
        Assert.That(text, Does.Not.Contain("\u001b"));
        Assert.That(Write(LogFormat.Text, new InvalidOperationException("first\nsecond")), Does.EndWith("System.InvalidOperationException: first second\n").And.Contains("gpu-1 System"));
    }

    /// <summary>What an entry looks like, without the console.</summary>
    private static string Write(LogFormat format, Exception? exception = null)
    {
        ServiceCollection services = new();
        services.AddLogging(logging => SchedulerLogging.Configure(logging, format, 0));
        using ServiceProvider provider = services.BuildServiceProvider();
        string name = format == LogFormat.Json ? ConsoleFormatterNames.Json : TextLines.Name;
        ConsoleFormatter formatter = provider.GetServices<ConsoleFormatter>().Single(f => f.Name == name);
        KeyValuePair<string, object?>[] state = [new("Pod", "ml/train-0"), new("Node", "gpu-1"), new("{OriginalFormat}", "bound {Pod} to {Node}")];
        LogEntry<KeyValuePair<string, object?>[]> entry = new(LogLevel.Information, "Test", 0, state, exception, (_, _) => "bound ml/train-0 to gpu-1");
        using StringWriter writer = new();
        formatter.Write(in entry, null, writer);
        return writer.ToString();
    }
}
