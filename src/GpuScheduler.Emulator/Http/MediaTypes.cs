namespace GpuScheduler.Emulator;

internal static class MediaTypes
{
    public const string Json = "application/json";
    public const string Protobuf = "application/vnd.kubernetes.protobuf";
    public const string ProtobufWatch = "application/vnd.kubernetes.protobuf;stream=watch";
}
