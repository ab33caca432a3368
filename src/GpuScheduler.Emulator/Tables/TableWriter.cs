using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace GpuScheduler.Emulator;

/// <summary>Writes objects as a meta.k8s.io/v1 Table.</summary>
internal static class TableWriter
{
    /// <summary>The <c>includeObject</c> of a request: None, Metadata (the default) or Object.</summary>
    public static string IncludeOf(IQueryCollection query) => query["includeObject"].ToString() is { Length: > 0 } include ? include : "Metadata";

    public static void Write(
        Utf8JsonWriter writer, ResourceDefinition resource, IEnumerable<StoredObject> objects, string version, string continueToken, long? remaining, string include, DateTimeOffset now, bool withColumns)
    {
        writer.WriteStartObject();
        writer.WriteString("kind", "Table");
        writer.WriteString("apiVersion", "meta.k8s.io/v1");
        writer.WriteStartObject("metadata");
        writer.WriteString("resourceVersion", version);
        if (continueToken.Length > 0) writer.WriteString("continue", continueToken);
        if (remaining is { } count) writer.WriteNumber("remainingItemCount", count);
        writer.WriteEndObject();
        if (withColumns) WriteColumns(writer, resource.Table);
        else writer.WriteNull("columnDefinitions");
        writer.WriteStartArray("rows");
        foreach (StoredObject stored in objects) WriteRow(writer, resource.Table, stored, include, now);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteColumns(Utf8JsonWriter writer, TableLayout layout)
    {
        writer.WriteStartArray("columnDefinitions");
        foreach (TableColumn column in layout.Columns)
        {
            writer.WriteStartObject();
            writer.WriteString("name", column.Name);
            writer.WriteString("type", column.Type);
            writer.WriteString("format", column.Format);
            writer.WriteString("description", "");
            writer.WriteNumber("priority", column.Priority);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteRow(Utf8JsonWriter writer, TableLayout layout, StoredObject stored, string include, DateTimeOffset now)
    {
        JsonObject document = stored.ReadDocument();
        writer.WriteStartObject();
        writer.WriteStartArray("cells");
        foreach (JsonNode? cell in layout.Cells(document, now))
        {
            if (cell is null) writer.WriteNullValue();
            else cell.WriteTo(writer);
        }

        writer.WriteEndArray();
        if (include == "Object")
        {
            writer.WritePropertyName("object");
            writer.WriteRawValue(stored.Json.Span, skipInputValidation: true);
        }
        else if (include != "None")
        {
            writer.WritePropertyName("object");
            ObjectResponse.PartialMetadata(stored).WriteTo(writer);
        }

        writer.WriteEndObject();
    }
}
