using System.Text.Json.Nodes;

namespace GpuScheduler.Emulator.Tests;

/// <summary>Reads the events of a JSON watch.</summary>
internal sealed class WatchReader(HttpResponseMessage answer, Stream stream) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly StreamReader _lines = new(stream);

    /// <summary>The next event; null when the server ended the watch.</summary>
    public async Task<(string Type, JsonObject Object)?> NextAsync()
    {
        string? line = await _lines.ReadLineAsync().WaitAsync(Patience);
        if (line is null) return null;
        JsonObject frame = JsonNode.Parse(line)!.AsObject();
        return (frame["type"]!.GetValue<string>(), frame["object"]!.AsObject());
    }

    /// <summary>The next event as <c>ADDED name</c>.</summary>
    public async Task<string> NextTextAsync()
    {
        (string Type, JsonObject Object)? next = await NextAsync();
        return next is { } read ? $"{read.Type} {read.Object["metadata"]?["name"]}".TrimEnd() : "END";
    }

    public void Dispose()
    {
        _lines.Dispose();
        answer.Dispose();
    }
}
