using System.Globalization;
using System.Reflection;
using System.Text.Json;

namespace GpuScheduler.Emulator;

/// <summary>The messages of the built-in kinds, read from <c>Messages.txt</c>, which says how its lines are to be read.</summary>
internal sealed class MessageTable
{
    private const string AnyVersion = "*";
    private readonly Dictionary<string, MessageSchema> _messages = [];
    private readonly Dictionary<(string ApiVersion, string Kind), MessageSchema> _kinds = [];

    private MessageTable(IEnumerable<string> lines)
    {
        var definitions = new List<(string Name, string Fields)>();
        foreach (string line in lines.Where(l => l.Length > 0 && l[0] != '#'))
        {
            if (line.StartsWith("kind ", StringComparison.Ordinal))
            {
                string[] words = line.Split(' ');
                _kinds.Add((words[1], words[2]), Message(words[3]));
            }
            else if (line[0] == ' ')
            {
                definitions[^1] = (definitions[^1].Name, definitions[^1].Fields + line);
            }
            else
            {
                int colon = line.IndexOf(':', StringComparison.Ordinal);
                definitions.Add((line[..colon], line[(colon + 1)..]));
            }
        }
        foreach ((string name, string fields) in definitions)
            Message(name).Fields = [.. fields.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Field)];
    }

    public static MessageTable BuiltIn { get; } = new(Lines());

    public IEnumerable<(string ApiVersion, string Kind)> Kinds => _kinds.Keys;

    /// <summary>Null for a kind that is not in the table.</summary>
    public MessageSchema? Find(string apiVersion, string kind) =>
        _kinds.TryGetValue((apiVersion, kind), out MessageSchema? found) || _kinds.TryGetValue((AnyVersion, kind), out found) ? found : null;

    private static IEnumerable<string> Lines()
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("GpuScheduler.Emulator.Protobuf.Messages.txt")!;
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line) yield return line;
    }

    private MessageSchema Message(string name)
    {
        if (!_messages.TryGetValue(name, out MessageSchema? message)) _messages.Add(name, message = new MessageSchema(name));
        return message;
    }

    private MessageField Field(string text)
    {
        string[] words = text.Split(' ');
        string type = words[^1].TrimEnd('!');
        (FieldShape shape, type) = type switch
        {
            _ when type.StartsWith("...", StringComparison.Ordinal) => (FieldShape.Inline, type[3..]),
            _ when type.StartsWith("[]", StringComparison.Ordinal) => (FieldShape.List, type[2..]),
            _ when type.StartsWith("map[", StringComparison.Ordinal) => (FieldShape.Map, type[4..^1]),
            _ when type[0] == '*' => (FieldShape.Pointer, type[1..]),
            _ => (FieldShape.Value, type),
        };
        FieldKind kind = type switch
        {
            "string" => FieldKind.String,
            "bytes" => FieldKind.Bytes,
            "int32" or "int64" => FieldKind.Integer,
            "bool" => FieldKind.Bool,
            "Quantity" => FieldKind.Quantity,
            "Time" => FieldKind.Time,
            "MicroTime" => FieldKind.MicroTime,
            "IntOrString" => FieldKind.IntOrString,
            "RawExtension" or "FieldsV1" => FieldKind.Json,
            _ => FieldKind.Message,
        };
        return new MessageField(
            int.Parse(words[0], CultureInfo.InvariantCulture),
            JsonEncodedText.Encode(shape == FieldShape.Inline ? "" : words[1]),
            kind,
            shape,
            words[^1].EndsWith('!'),
            kind == FieldKind.Message ? Message(type) : null);
    }
}
