using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace GpuScheduler.Emulator;

/// <summary>What <c>kubectl get</c> shows of a resource: its columns and how an object fills them.</summary>
internal sealed class TableLayout(ImmutableArray<TableColumn> columns, Func<JsonObject, DateTimeOffset, JsonNode?[]> cells)
{
    /// <summary>Name and age: for every resource that has no layout of its own.</summary>
    public static readonly TableLayout Plain = new(
        [new("Name", Format: "name"), new("Age")],
        static (document, now) => [document.Text("metadata", "name"), Age.Of(document, now)]);

    public ImmutableArray<TableColumn> Columns { get; } = columns;

    public JsonNode?[] Cells(JsonObject document, DateTimeOffset now) => cells(document, now);
}
