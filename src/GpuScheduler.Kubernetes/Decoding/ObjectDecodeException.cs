namespace GpuScheduler.Kubernetes;

/// <summary>What the API server sent cannot be read as the object that it should be.</summary>
public sealed class ObjectDecodeException : Exception
{
    public ObjectDecodeException()
    {
    }

    public ObjectDecodeException(string message)
        : base(message)
    {
    }

    public ObjectDecodeException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
