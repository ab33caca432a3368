using System.Text.Json;

namespace GpuScheduler.Emulator;

/// <param name="Name">The member of the JSON object; empty for an inline message.</param>
/// <param name="InJsonWhenEmpty">Whether Go writes it to JSON when it is empty (no <c>omitempty</c>).</param>
/// <param name="Message">Where <paramref name="Kind"/> is a message.</param>
internal sealed record MessageField(int Number, JsonEncodedText Name, FieldKind Kind, FieldShape Shape, bool InJsonWhenEmpty, MessageSchema? Message);
