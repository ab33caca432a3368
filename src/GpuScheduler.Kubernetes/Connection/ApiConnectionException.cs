namespace GpuScheduler.Kubernetes;

/// <summary>No connection can be made from what was configured; the message names the place and the mend.</summary>
public sealed class ApiConnectionException : Exception
{
    public ApiConnectionException()
    {
    }

    public ApiConnectionException(string message)
        : base(message)
    {
    }

    public ApiConnectionException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
