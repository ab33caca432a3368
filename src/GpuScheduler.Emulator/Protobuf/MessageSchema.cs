namespace GpuScheduler.Emulator;

/// <summary>The fields of a message, by number.</summary>
internal sealed class MessageSchema(string name)
{
    public string Name => name;

    public MessageField[] Fields { get; set; } = [];
}
