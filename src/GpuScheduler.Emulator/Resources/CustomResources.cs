using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace GpuScheduler.Emulator;

/// <summary>The definitions that a CustomResourceDefinition stands for, one for each served version.</summary>
internal static class CustomResources
{
    public static IReadOnlyList<ResourceDefinition> Define(JsonNode spec)
    {
        JsonObject[] versions = [.. spec.Get("versions").Items()];
        if (versions.FirstOrDefault(version => version.Get("storage").IsTrue()) is not { } stored) return [];
        ResourceDefinition storage = Define(spec, stored, storage: null);
        var served = new List<ResourceDefinition>();
        foreach (JsonObject version in versions.Where(version => version.Get("served").IsTrue()))
            served.Add(ReferenceEquals(version, stored) ? storage : Define(spec, version, storage));
        return served;
    }

    private static ResourceDefinition Define(JsonNode spec, JsonObject version, ResourceDefinition? storage)
    {
        JsonNode? names = spec.Get("names");
        var made = new ResourceDefinition
        {
            Group = spec.Text("group"),
            Version = version.Text("name"),
            Plural = names.Text("plural"),
            Kind = names.Text("kind"),
            ShortNames = Texts(names.Get("shortNames")),
            Categories = Texts(names.Get("categories")),
            Namespaced = spec.Text("scope") == "Namespaced",
            HasStatus = version.At("subresources", "status") is not null,
            HasGeneration = true,
            IsCustom = true,
            Strategy = CustomObjectStrategy.Instance,
            Schema = version.At("schema", "openAPIV3Schema") is { } schema ? JsonSerializer.SerializeToElement(schema) : null,
            Table = Layout(version),
        };
        return storage is null ? made : new ResourceDefinition
        {
            Group = made.Group,
            Version = made.Version,
            Plural = made.Plural,
            Kind = made.Kind,
            ShortNames = made.ShortNames,
            Categories = made.Categories,
            Namespaced = made.Namespaced,
            HasStatus = made.HasStatus,
            HasGeneration = true,
            IsCustom = true,
            Strategy = made.Strategy,
            Schema = made.Schema,
            Table = made.Table,
            Storage = storage,
        };
    }

    private static ImmutableArray<string> Texts(JsonNode? list) => list is JsonArray items ? [.. items.Select(item => item.AsText())] : [];

    private static TableLayout Layout(JsonObject version)
    {
        (TableColumn Column, string Path)[] own = [.. version.Get("additionalPrinterColumns").Items().Select(column =>
            (new TableColumn(column.Text("name"), column.Text("type"), column.Text("format"), (int)(column.Get("priority").Number() ?? 0)), column.Text("jsonPath").TrimStart('.')))];
        if (own.Length == 0) return TableLayout.Plain;
        return new TableLayout(
            [new("Name", Format: "name"), .. own.Select(column => column.Column)],
            (document, now) => [document.Text("metadata", "name"), .. own.Select(column => Cell(column.Column, document.TextAt(column.Path), now))]);
    }

    private static JsonNode? Cell(TableColumn column, string value, DateTimeOffset now)
        => column.Type == "date" ? Age.Since(value, now) : column.Type == "integer" && long.TryParse(value, out long number) ? number : value;
}
