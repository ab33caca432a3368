using System.Text;

namespace GpuScheduler.Kubernetes;

/// <summary>Reads what surrounds objects in Kubernetes' protobuf. Field numbers: apimachinery's <c>generated.proto</c> files.</summary>
internal static class ProtobufReading
{
    private static ReadOnlySpan<byte> Magic => "k8s\0"u8;

    /// <summary>The message within a <c>runtime.Unknown</c> envelope.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static ReadOnlySpan<byte> Unwrap(ReadOnlySpan<byte> envelope)
    {
        if (!envelope.StartsWith(Magic))
        {
            throw new InvalidDataException("protobuf: the envelope does not begin with k8s\\0");
        }

        ReadOnlySpan<byte> raw = default;
        for (ProtobufWalker unknown = new(envelope[Magic.Length..]); unknown.MoveNext();)
        {
            raw = unknown.Field == 2 ? unknown.Bytes : raw;
        }

        return raw;
    }

    /// <summary>A frame of <c>application/vnd.kubernetes.protobuf;stream=watch</c>: a <c>meta.v1.WatchEvent</c> whose object has an envelope.</summary>
    public static WatchFrame Frame(ReadOnlySpan<byte> frame)
    {
        ReadOnlySpan<byte> type = default;
        ReadOnlySpan<byte> extension = default;
        for (ProtobufWalker fields = new(frame); fields.MoveNext();)
        {
            switch (fields.Field)
            {
                case 1:
                    type = fields.Bytes;
                    break;
                case 2:
                    extension = fields.Bytes;
                    break;
            }
        }

        ReadOnlySpan<byte> raw = default;
        for (ProtobufWalker fields = new(extension); fields.MoveNext();)
        {
            raw = fields.Field == 1 ? fields.Bytes : raw;
        }

        return new WatchFrame(WatchFrame.TypeOf(type), Unwrap(raw));
    }

    /// <summary>A page of a list: metadata is field 1 and items are field 2 of every built-in list.</summary>
    public static void Page(ReadOnlySpan<byte> envelope, ListPage page)
    {
        ReadOnlySpan<byte> list = Unwrap(envelope);
        for (ProtobufWalker fields = new(list); fields.MoveNext();)
        {
            if (fields.Field == 1)
            {
                for (ProtobufWalker meta = new(fields.Bytes); meta.MoveNext();)
                {
                    switch (meta.Field)
                    {
                        case 2:
                            page.ResourceVersion = Text(meta.Bytes);
                            break;
                        case 3:
                            page.Continue = Text(meta.Bytes);
                            break;
                    }
                }
            }
            else if (fields.Field == 2)
            {
                page.AddItem(envelope, fields.Bytes);
            }
        }
    }

    /// <summary>Of any object: metadata is field 1 of them all.</summary>
    public static ObjectMeta Meta(ReadOnlySpan<byte> message)
    {
        (string space, string name, string uid, string version, bool ends) = ("", "", "", "", false);
        for (ProtobufWalker fields = new(message); fields.MoveNext();)
        {
            if (fields.Field != 1)
            {
                continue;
            }

            for (ProtobufWalker meta = new(fields.Bytes); meta.MoveNext();)
            {
                switch (meta.Field)
                {
                    case 1:
                        name = Text(meta.Bytes);
                        break;
                    case 3:
                        space = Text(meta.Bytes);
                        break;
                    case 5:
                        uid = Text(meta.Bytes);
                        break;
                    case 6:
                        version = Text(meta.Bytes);
                        break;
                    case 12:
                        ends |= IsInitialEnd(meta.Bytes);
                        break;
                }
            }
        }

        return new ObjectMeta(new ObjectKey(space, name), uid, version, ends);
    }

    public static ApiStatus Status(ReadOnlySpan<byte> message)
    {
        (int code, string text) = (0, "");
        for (ProtobufWalker fields = new(message); fields.MoveNext();)
        {
            switch (fields.Field)
            {
                case 3:
                    text = Text(fields.Bytes);
                    break;
                case 6:
                    code = (int)fields.Number;
                    break;
            }
        }

        return new ApiStatus(code, text);
    }

    private static bool IsInitialEnd(ReadOnlySpan<byte> annotation)
    {
        (bool isKey, bool isTrue) = (false, false);
        for (ProtobufWalker pair = new(annotation); pair.MoveNext();)
        {
            isKey |= pair.Field == 1 && pair.Bytes.SequenceEqual(WatchFrame.InitialEventsEnd);
            isTrue |= pair.Field == 2 && pair.Bytes.SequenceEqual("true"u8);
        }

        return isKey && isTrue;
    }

    private static string Text(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8);
}
