namespace GpuScheduler.Kubernetes;

/// <summary>A field of a protobuf message and its name in JSON.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Name">Its key in JSON.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="Message">The message that it holds, where it holds one.</param>
/// <param name="IsList">It may come several times.</param>
/// <param name="KeepsEmpty">JSON has it even where it is empty or 0; others are left out then (Go's <c>omitempty</c>), although protobuf has them.</param>
/// <param name="Within">Number of the message that holds it and that JSON does not have (Go's <c>inline</c>); 0: none.</param>
internal sealed record MessageField(int Number, string Name, FieldKind Kind, MessageShape? Message = null, bool IsList = false, bool KeepsEmpty = false, int Within = 0);
