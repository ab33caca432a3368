namespace GpuScheduler.Emulator;

/// <summary>What a value of a field is in JSON and on the wire; the last six are messages whose JSON form is not an object of members.</summary>
internal enum FieldKind
{
    String,
    Bytes,
    Integer,
    Bool,
    Message,
    Quantity,
    Time,
    MicroTime,
    IntOrString,

    /// <summary>A message with the JSON text as its bytes: RawExtension and FieldsV1.</summary>
    Json,
}
