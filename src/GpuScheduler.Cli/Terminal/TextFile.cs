namespace GpuScheduler.Cli;

/// <summary>Reads the small files that a command takes beside its workload.</summary>
internal static class TextFile
{
    /// <summary>The file's text; null, and what is wrong in <paramref name="problem"/>, where it cannot be read.</summary>
    public static string? Read(string path, Func<string, Stream> open, out string problem)
    {
        problem = "";
        try
        {
            using StreamReader reader = new(open(path));
            return reader.ReadToEnd();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            problem = $"{path}: there is no such file; correct the path";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            problem = $"{path}: cannot be read: {e.Message.TrimEnd('.')}; correct the path, or the rights to it";
        }

        return null;
    }
}
