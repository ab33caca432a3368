namespace GpuScheduler.Cli;

/// <summary>What the process ends with.</summary>
internal static class ExitCodes
{
    public const int Success = 0;

    /// <summary>Something broke that the user did not cause.</summary>
    public const int Failure = 1;

    /// <summary>Arguments or input files are wrong; the messages say what to mend.</summary>
    public const int BadInput = 2;

    /// <summary>Ctrl-C, as shells number it.</summary>
    public const int Interrupted = 130;
}
