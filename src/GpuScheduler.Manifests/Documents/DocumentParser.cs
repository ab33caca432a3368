using System.Collections.Immutable;
using System.Text;
using System.Text.Unicode;
using GpuScheduler.Framework;

namespace GpuScheduler.Manifests;

/// <summary>Text to documents: YAML with any number of documents, or JSON with any number of values.</summary>
public static class DocumentParser
{
    /// <summary>The documents of <paramref name="text"/> without empty ones; none, and an error, where it cannot be read.</summary>
    public static ImmutableArray<DocumentNode> Parse(string file, string text, DocumentOptions options, ConfigurationErrors errors) =>
        Parse(file, Encoding.UTF8.GetBytes(text), options, errors);

    /// <inheritdoc cref="Parse(string, string, DocumentOptions, ConfigurationErrors)"/>
    public static ImmutableArray<DocumentNode> Parse(string file, ReadOnlySpan<byte> utf8, DocumentOptions options, ConfigurationErrors errors)
    {
        if (utf8.Length > options.MaxBytes)
        {
            errors.Add(new(file, 0, 0, "", $"the file has {utf8.Length} bytes and at most {options.MaxBytes} are read; split it"));
            return [];
        }

        if (utf8.StartsWith(Encoding.UTF8.Preamble))
        {
            utf8 = utf8[Encoding.UTF8.Preamble.Length..];
        }

        if (!Utf8.IsValid(utf8))
        {
            errors.Add(new(file, 0, 0, "", "the file is not UTF-8 text; save it as UTF-8"));
            return [];
        }

        DocumentBuilder builder = new(file, options);
        try
        {
            ImmutableArray<DocumentNode> documents = Parse(ref builder, file, utf8);
            builder.ReportDuplicates(errors);
            return documents;
        }
        catch (DocumentFormatException e)
        {
            errors.Add(new(file, e.Line, e.Column, "", e.Message));
            return [];
        }
    }

    /// <summary>The one document of a file that has to have exactly one; null, and an error, where it has another number.</summary>
    public static DocumentNode? ParseOne(string file, string text, DocumentOptions options, ConfigurationErrors errors)
    {
        int before = errors.Count;
        ImmutableArray<DocumentNode> documents = Parse(file, text, options, errors);
        if (errors.Count > before)
        {
            return null;
        }

        if (documents.Length == 1)
        {
            return documents[0];
        }

        errors.Add(documents.IsEmpty
            ? new ConfigurationError(file, 0, 0, "", "the file is empty; write one document")
            : new ConfigurationError(file, documents[1].Line, documents[1].Column, "", $"the file has {documents.Length} documents; keep one"));
        return null;
    }

    private static ImmutableArray<DocumentNode> Parse(ref DocumentBuilder builder, string file, ReadOnlySpan<byte> utf8)
    {
        if (!LooksLikeJson(utf8))
        {
            return YamlDocuments.Read(Encoding.UTF8.GetString(utf8), builder);
        }

        try
        {
            return JsonDocuments.Read(utf8, builder);
        }
        catch (DocumentFormatException e) when (!file.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
        {
            // YAML may begin with a brace too. Where it is neither, what is wrong with the JSON tells more.
            try
            {
                builder = new DocumentBuilder(file, builder.Options);
                return YamlDocuments.Read(Encoding.UTF8.GetString(utf8), builder);
            }
            catch (DocumentFormatException)
            {
                throw e;
            }
        }
    }

    private static bool LooksLikeJson(ReadOnlySpan<byte> utf8) => utf8.TrimStart(" \t\r\n"u8) is [(byte)'{' or (byte)'[', ..];
}
