using GpuScheduler.Framework;

namespace GpuScheduler.Simulation;

/// <summary>Opens files, and says in an error why one cannot be read.</summary>
internal sealed class InputFiles(Func<string, Stream> open, ConfigurationErrors errors)
{
    /// <summary>The file, or null and an error.</summary>
    public InputFile? Read(string path) => TryRead(path, out InputFile? file, out string problem) ? file : Failed(path, problem);

    /// <summary>The file; null where there is none, so that the caller can say more; null and an error where it cannot be read.</summary>
    public InputFile? ReadIfThere(string path, out bool isMissing)
    {
        bool isRead = TryRead(path, out InputFile? file, out string problem);
        isMissing = problem == Missing;
        return isRead ? file : isMissing ? null : Failed(path, problem);
    }

    private const string Missing = "there is no such file; correct the path";

    private InputFile? Failed(string path, string problem)
    {
        errors.Add(new(path, 0, 0, "", problem));
        return null;
    }

    private bool TryRead(string path, out InputFile? file, out string problem)
    {
        file = null;
        problem = "";
        try
        {
            using Stream stream = open(path);
            using MemoryStream content = new();
            byte[] buffer = new byte[1 << 16];
            int read;
            while ((read = stream.Read(buffer)) > 0)
            {
                if (content.Length + read > InputFile.MaxBytes)
                {
                    problem = $"the file is larger than {InputFile.MaxBytes} bytes; split it";
                    return false;
                }

                content.Write(buffer, 0, read);
            }

            file = new InputFile(path, content.ToArray());
            return true;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            problem = Missing;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            problem = $"cannot be read: {e.Message.TrimEnd('.')}; correct the path, or the rights to it";
        }

        return false;
    }
}
