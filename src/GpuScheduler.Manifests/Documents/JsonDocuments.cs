using System.Collections.Immutable;
using System.Text.Json;
using GpuScheduler.Framework;

namespace GpuScheduler.Manifests;

/// <summary>JSON text to documents.</summary>
internal ref struct JsonDocuments
{
    private readonly DocumentBuilder _builder;
    private readonly StringPool _pool = new();
    private Utf8JsonReader _reader;
    private JsonPosition _position;

    private JsonDocuments(ReadOnlySpan<byte> utf8, DocumentBuilder builder)
    {
        _builder = builder;
        // The reader's own limit is one more, so that ours speaks first.
        _reader = new Utf8JsonReader(utf8, new JsonReaderOptions { AllowMultipleValues = true, MaxDepth = builder.Options.MaxDepth + 1 });
        _position = new JsonPosition(utf8);
    }

    /// <exception cref="DocumentFormatException">The text is not JSON, or too much of it.</exception>
    public static ImmutableArray<DocumentNode> Read(ReadOnlySpan<byte> utf8, DocumentBuilder builder)
    {
        JsonDocuments documents = new(utf8, builder);
        ImmutableArray<DocumentNode>.Builder roots = ImmutableArray.CreateBuilder<DocumentNode>();
        try
        {
            while (documents._reader.Read())
            {
                DocumentNode root = documents.Value(1);
                if (!root.IsNull)
                {
                    roots.Add(root);
                }
            }
        }
        catch (JsonException e)
        {
            throw new DocumentFormatException((e.LineNumber ?? 0) + 1, (e.BytePositionInLine ?? 0) + 1, $"the file is not valid JSON: {Reason(e.Message)}");
        }
        catch (InvalidOperationException)
        {
            // The one thing that only decoding a string finds out.
            throw new DocumentFormatException(
                documents._position.Line, documents._position.Column, "the file is not valid JSON: a string has half of a \\u surrogate pair; write both halves");
        }

        return roots.ToImmutable();
    }

    private static string Reason(string message)
    {
        if (message.Contains("end of the JSON payload", StringComparison.Ordinal) || message.Contains("end of data", StringComparison.Ordinal))
        {
            return "it ends within a value; complete it";
        }

        int place = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return $"{(place < 0 ? message : message[..place]).TrimEnd('.')}; correct it here or just before";
    }

    private DocumentNode Value(int depth)
    {
        _position.MoveTo(_reader.TokenStartIndex);
        int line = _position.Line;
        int column = _position.Column;
        _builder.CheckDepth(depth, line, column);
        switch (_reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return _builder.Map(line, column, Entries(depth));
            case JsonTokenType.StartArray:
                ImmutableArray<DocumentNode>.Builder items = ImmutableArray.CreateBuilder<DocumentNode>();
                while (ReadWithin() && _reader.TokenType != JsonTokenType.EndArray)
                {
                    items.Add(Value(depth + 1));
                }

                return _builder.List(line, column, items.DrainToImmutable());
            case JsonTokenType.String:
                return _builder.Scalar(line, column, Text(), isPlain: false);
            default:
                return _builder.Scalar(line, column, RawText(), isPlain: true);
        }
    }

    private ImmutableArray<MapEntry> Entries(int depth)
    {
        ImmutableArray<MapEntry>.Builder entries = ImmutableArray.CreateBuilder<MapEntry>();
        while (ReadWithin() && _reader.TokenType != JsonTokenType.EndObject)
        {
            string key = Text();
            if (_builder.Options.SkippedKeys.Contains(key))
            {
                _reader.Skip();
                continue;
            }

            _position.MoveTo(_reader.TokenStartIndex);
            int line = _position.Line;
            int column = _position.Column;
            ReadWithin();
            entries.Add(new MapEntry(key, line, column, Value(depth + 1)));
        }

        return entries.DrainToImmutable();
    }

    // Inside a value the reader itself refuses the end of the text.
    private bool ReadWithin() => _reader.Read();

    private readonly string Text()
    {
        if (_reader.ValueSpan.Length > StringPool.MaxLength)
        {
            return _reader.GetString()!;
        }

        Span<char> text = stackalloc char[StringPool.MaxLength];
        return _pool.Get(text[.._reader.CopyString(text)]);
    }

    private readonly string RawText()
    {
        Span<char> text = stackalloc char[StringPool.MaxLength];
        return System.Text.Encoding.UTF8.TryGetChars(_reader.ValueSpan, text, out int length)
            ? _pool.Get(text[..length])
            : System.Text.Encoding.UTF8.GetString(_reader.ValueSpan);
    }
}
