namespace GpuScheduler.Emulator;

/// <summary>How often a field stands in its message.</summary>
internal enum FieldShape
{
    /// <summary>Always on the wire, as Go writes values that are no pointers: empty where JSON does not name it.</summary>
    Value,

    /// <summary>May be absent; present and empty is something else.</summary>
    Pointer,

    List,

    /// <summary>Keys are strings.</summary>
    Map,

    /// <summary>A message of its own on the wire whose members stand in the parent's JSON object.</summary>
    Inline,
}
