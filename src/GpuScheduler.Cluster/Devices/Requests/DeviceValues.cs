using System.Globalization;

namespace GpuScheduler.Cluster;

/// <summary>Values that several dialects write alike.</summary>
internal static class DeviceValues
{
    public static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Reads how many devices.</summary>
    public static void ReadCount(string key, string text, DeviceStatements statements)
    {
        if (TryInteger(text, out long count))
        {
            AddCount(key, text, count, statements);
        }
        else
        {
            statements.Said(key, text);
            statements.Error([key], $"{key} \"{text}\" is not a number of devices: write 1 to {Device.MaxPerNode}");
        }
    }

    public static void AddCount(string key, string text, long count, DeviceStatements statements)
    {
        statements.Said(key, text);
        if (count <= 0)
        {
            statements.Error([key], $"{key} \"{text}\" asks for no device: write 1 to {Device.MaxPerNode}, or remove it");
        }
        else if (count > Device.MaxPerNode)
        {
            statements.Error([key], $"{key} \"{text}\" is more devices than a node can have: write 1 to {Device.MaxPerNode}, "
                + "and spread the rest over more pods");
        }
        else
        {
            statements.Count(key, (int)count);
        }
    }

    /// <summary>Reads an integer amount of memory, MiB.</summary>
    public static void ReadMiB(string key, string text, string mend, DeviceStatements statements)
    {
        if (TryInteger(text, out long memoryMiB))
        {
            AddMemory(key, text, memoryMiB, statements);
        }
        else
        {
            statements.Said(key, text);
            statements.Error([key], $"{key} \"{text}\" is not an amount of memory: {mend}");
        }
    }

    public static void AddMemory(string key, string text, long memoryMiB, DeviceStatements statements)
    {
        statements.Said(key, text);
        if (memoryMiB <= 0)
        {
            statements.Error([key], $"{key} \"{text}\" asks for no memory: write at least 1 MiB, or remove it");
        }
        else if (memoryMiB > int.MaxValue)
        {
            statements.Error([key], $"{key} \"{text}\" is more memory than any device has: write at most {int.MaxValue} MiB");
        }
        else
        {
            statements.Amount(key, DeviceAmount.Memory((int)memoryMiB));
        }
    }

    /// <summary>Reads the models allowed, with <paramref name="separator"/> between them.</summary>
    public static void ReadModels(string key, string text, char separator, DeviceStatements statements)
    {
        statements.Said(key, text);
        string[] models = text.Split(separator, StringSplitOptions.TrimEntries);
        if (models.Contains("", StringComparer.Ordinal))
        {
            statements.Error([key], $"{key} \"{text}\" has an empty model: write model names with \"{separator}\" between them, or remove it");
        }
        else
        {
            statements.Models(key, models);
        }
    }

    /// <summary>Reads digits with at most three decimals, such as <c>0.5</c>, as thousandths.</summary>
    public static bool TryThousandths(string text, out int thousandths)
    {
        thousandths = 0;
        int point = text.IndexOf('.', StringComparison.Ordinal);
        if (point >= 0 && text.Length - point - 1 is 0 or > 3)
        {
            return false;
        }

        if (!decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal number))
        {
            return false;
        }

        thousandths = (int)Math.Min(number * 1000, int.MaxValue);
        return true;
    }

    private static bool TryInteger(string text, out long number) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);
}
