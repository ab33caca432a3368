namespace GpuScheduler.Cluster;

/// <summary>Our own annotations, <c>gpuscheduler.dev/gpu-…</c>.</summary>
internal sealed class AnnotationDialect : IDeviceDialect
{
    private const long BytesPerMiB = 1 << 20;

    public void Read(in DeviceSource pod, DeviceStatements statements)
    {
        IReadOnlyDictionary<string, string> annotations = pod.Annotations;
        if (annotations.TryGetValue(DeviceRequestKeys.GpuFraction, out string? fraction))
        {
            ReadFraction(fraction, statements);
        }

        if (annotations.TryGetValue(DeviceRequestKeys.GpuMemory, out string? memory))
        {
            ReadMemory(memory, statements);
        }

        if (annotations.TryGetValue(DeviceRequestKeys.GpuCount, out string? count))
        {
            DeviceValues.ReadCount(DeviceRequestKeys.GpuCount, count, statements);
        }

        if (annotations.TryGetValue(DeviceRequestKeys.GpuModel, out string? models))
        {
            DeviceValues.ReadModels(DeviceRequestKeys.GpuModel, models, ',', statements);
        }
    }

    private static void ReadFraction(string text, DeviceStatements statements)
    {
        const string Key = DeviceRequestKeys.GpuFraction;
        statements.Said(Key, text);
        if (!DeviceValues.TryThousandths(text, out int milli))
        {
            statements.Error([Key], $"{Key} \"{text}\" is not a fraction with at most 3 decimals: write one such as \"0.5\"");
        }
        else if (milli == 0)
        {
            statements.Error([Key], $"{Key} \"{text}\" asks for nothing of a device: write 0.001 to 1, or remove it");
        }
        else if (milli > Device.FullMilli)
        {
            statements.Error([Key], $"{Key} \"{text}\" is more than one device: write at most 1, "
                + $"and {DeviceRequestKeys.GpuCount} for several devices");
        }
        else
        {
            statements.Amount(Key, DeviceAmount.Share(milli));
        }
    }

    private static void ReadMemory(string text, DeviceStatements statements)
    {
        const string Key = DeviceRequestKeys.GpuMemory;
        if (text.AsSpan().TrimStart("+-").ContainsAnyExceptInRange('0', '9'))
        {
            statements.Said(Key, text);
            if (!Quantity.TryParseUnits(text, out long bytes, out string error))
            {
                statements.Error([Key], $"{Key}: {error}");
            }
            else if (char.IsAsciiDigit(text[^1]) && text.Contains('.', StringComparison.Ordinal))
            {
                statements.Error([Key], $"{Key} \"{text}\" could be MiB or bytes: write whole MiB such as 8192, or a quantity such as 8Gi");
            }
            else
            {
                DeviceValues.AddMemory(Key, text, (bytes / BytesPerMiB) + (bytes % BytesPerMiB > 0 ? 1 : 0), statements);
            }
        }
        else
        {
            DeviceValues.ReadMiB(Key, text, "write MiB such as 8192, or a quantity such as 8Gi", statements);
        }
    }
}
