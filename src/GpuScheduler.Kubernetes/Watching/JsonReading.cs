using System.Text.Json;

namespace GpuScheduler.Kubernetes;

/// <summary>Reads what surrounds objects in Kubernetes' JSON.</summary>
internal static class JsonReading
{
    /// <summary>A line of a watch.</summary>
    /// <exception cref="InvalidDataException">It is no event.</exception>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static WatchFrame Frame(ReadOnlySpan<byte> line)
    {
        Utf8JsonReader reader = new(line);
        Begin(ref reader);
        WatchEventType? type = null;
        ReadOnlySpan<byte> value = default;
        while (NextProperty(ref reader))
        {
            if (reader.ValueTextEquals("type"u8))
            {
                reader.Read();
                type = reader.TokenType == JsonTokenType.String ? WatchFrame.TypeOf(reader.ValueSpan) : null;
            }
            else if (reader.ValueTextEquals("object"u8))
            {
                reader.Read();
                value = Value(line, ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        // Nothing may follow the event.
        while (reader.Read())
        {
        }

        return new WatchFrame(type ?? throw new InvalidDataException("an event without a type"), value);
    }

    public static void Page(ReadOnlySpan<byte> body, ListPage page)
    {
        Utf8JsonReader reader = new(body);
        Begin(ref reader);
        while (NextProperty(ref reader))
        {
            if (reader.ValueTextEquals("metadata"u8))
            {
                bool isObject = Enter(ref reader);
                while (isObject && NextProperty(ref reader))
                {
                    if (reader.ValueTextEquals("resourceVersion"u8))
                    {
                        page.ResourceVersion = Text(ref reader);
                    }
                    else if (reader.ValueTextEquals("continue"u8))
                    {
                        page.Continue = Text(ref reader);
                    }
                    else
                    {
                        reader.Skip();
                    }
                }
            }
            else if (reader.ValueTextEquals("items"u8))
            {
                reader.Read();
                bool isArray = reader.TokenType == JsonTokenType.StartArray;
                while (isArray && reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    page.AddItem(body, Value(body, ref reader));
                }
            }
            else
            {
                reader.Skip();
            }
        }
    }

    public static ObjectMeta Meta(ReadOnlySpan<byte> value)
    {
        (string space, string name, string uid, string version, bool ends) = ("", "", "", "", false);
        Utf8JsonReader reader = new(value);
        Begin(ref reader);
        while (NextProperty(ref reader))
        {
            if (!reader.ValueTextEquals("metadata"u8))
            {
                reader.Skip();
                continue;
            }

            bool isObject = Enter(ref reader);
            while (isObject && NextProperty(ref reader))
            {
                if (reader.ValueTextEquals("name"u8))
                {
                    name = Text(ref reader);
                }
                else if (reader.ValueTextEquals("namespace"u8))
                {
                    space = Text(ref reader);
                }
                else if (reader.ValueTextEquals("uid"u8))
                {
                    uid = Text(ref reader);
                }
                else if (reader.ValueTextEquals("resourceVersion"u8))
                {
                    version = Text(ref reader);
                }
                else if (reader.ValueTextEquals("annotations"u8))
                {
                    bool areThere = Enter(ref reader);
                    while (areThere && NextProperty(ref reader))
                    {
                        bool isEnd = reader.ValueTextEquals(WatchFrame.InitialEventsEnd);
                        ends |= Text(ref reader) == "true" && isEnd;
                    }
                }
                else
                {
                    reader.Skip();
                }
            }
        }

        return new ObjectMeta(new ObjectKey(space, name), uid, version, ends);
    }

    public static ApiStatus Status(ReadOnlySpan<byte> value)
    {
        (int code, string message) = (0, "");
        Utf8JsonReader reader = new(value);
        Begin(ref reader);
        while (NextProperty(ref reader))
        {
            if (reader.ValueTextEquals("message"u8))
            {
                message = Text(ref reader);
            }
            else if (reader.ValueTextEquals("code"u8))
            {
                reader.Read();
                code = reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out int number) ? number : 0;
            }
            else
            {
                reader.Skip();
            }
        }

        return new ApiStatus(code, message);
    }

    private static void Begin(ref Utf8JsonReader reader)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new InvalidDataException("not a JSON object");
        }
    }

    /// <summary>Goes into the object after the name; false: it is something else, and is passed over.</summary>
    private static bool Enter(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            return true;
        }

        reader.Skip();
        return false;
    }

    /// <summary>Goes to the next name within the object that the reader is in; false at its end.</summary>
    private static bool NextProperty(ref Utf8JsonReader reader) => reader.Read() && reader.TokenType == JsonTokenType.PropertyName;

    /// <summary>The bytes of the value that the reader stands on; goes to its end.</summary>
    private static ReadOnlySpan<byte> Value(ReadOnlySpan<byte> all, scoped ref Utf8JsonReader reader)
    {
        int start = (int)reader.TokenStartIndex;
        reader.Skip();
        return all[start..(int)reader.BytesConsumed];
    }

    /// <summary>The string after the name; anything else is empty.</summary>
    private static string Text(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String)
        {
            try
            {
                return reader.GetString()!;
            }
            catch (InvalidOperationException e)
            {
                throw new InvalidDataException("a string that is no UTF-8", e);
            }
        }

        reader.Skip();
        return "";
    }
}
