using System.Text.Json;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace GpuScheduler.Simulation;

/// <summary>Prints the document as YAML, with each row of a table on one line.</summary>
internal static partial class YamlReport
{
    public static void Write(SimulationReport report, TextWriter output)
    {
        // The emitter ends lines as the writer does, and those of a report do not depend on the machine.
        using StringWriter text = new() { NewLine = "\n" };
        Emitter emitter = new(text, new EmitterSettings().WithBestWidth(int.MaxValue).WithMaxSimpleKeyLength(1024));
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart(null, null, isImplicit: true));
        Write(ReportDocument.Of(report), inArray: false, emitter);
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        output.Write(text.GetStringBuilder());
    }

    private static void Write(JsonElement value, bool inArray, Emitter emitter)
    {
        bool inLine = ReportDocument.IsLine(value, inArray);
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                emitter.Emit(new MappingStart(AnchorName.Empty, TagName.Empty, isImplicit: true, inLine ? MappingStyle.Flow : MappingStyle.Block));
                foreach (JsonProperty property in value.EnumerateObject())
                {
                    emitter.Emit(new Scalar(property.Name));
                    Write(property.Value, inArray: false, emitter);
                }

                emitter.Emit(new MappingEnd());
                break;
            case JsonValueKind.Array:
                emitter.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, isImplicit: true, inLine ? SequenceStyle.Flow : SequenceStyle.Block));
                foreach (JsonElement item in value.EnumerateArray())
                {
                    Write(item, inArray: true, emitter);
                }

                emitter.Emit(new SequenceEnd());
                break;
            case JsonValueKind.String:
                emitter.Emit(Text(value.GetString()!));
                break;
            default:
                emitter.Emit(new Scalar(value.GetRawText()));
                break;
        }
    }

    /// <summary>A string that no reader, of YAML 1.1 or 1.2, takes for anything else.</summary>
    private static Scalar Text(string text)
    {
        bool plain = PlainText().IsMatch(text) && !Keyword().IsMatch(text);
        return new Scalar(
            AnchorName.Empty, TagName.Empty, text, plain ? ScalarStyle.Plain : ScalarStyle.DoubleQuoted, isPlainImplicit: plain, isQuotedImplicit: true);
    }

    [GeneratedRegex(@"^[A-Za-z]([A-Za-z0-9 ./_()-]*[A-Za-z0-9./_()-])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex PlainText();

    [GeneratedRegex(@"^(y|n|yes|no|on|off|true|false|null|nan|inf)\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Keyword();
}
