namespace GpuScheduler.Emulator;

/// <summary>An object that cannot be turned into its other form; the message names the place.</summary>
public sealed class TranscodingException(string message) : FormatException(message);
