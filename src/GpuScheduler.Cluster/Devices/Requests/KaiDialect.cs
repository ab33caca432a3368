namespace GpuScheduler.Cluster;

/// <summary>The annotations of KAI Scheduler, with the validation of its admission webhook.</summary>
internal sealed class KaiDialect : IDeviceDialect
{
    public void Read(in DeviceSource pod, DeviceStatements statements)
    {
        IReadOnlyDictionary<string, string> annotations = pod.Annotations;
        bool hasFraction = annotations.TryGetValue(DeviceRequestKeys.KaiGpuFraction, out string? fraction);
        if (hasFraction)
        {
            ReadFraction(fraction!, statements);
        }

        bool hasMemory = annotations.TryGetValue(DeviceRequestKeys.KaiGpuMemory, out string? memory);
        if (hasMemory)
        {
            DeviceValues.ReadMiB(DeviceRequestKeys.KaiGpuMemory, memory!, "write MiB such as 8192", statements);
        }

        if (annotations.TryGetValue(DeviceRequestKeys.KaiNumDevices, out string? count))
        {
            DeviceValues.ReadCount(DeviceRequestKeys.KaiNumDevices, count, statements);
            if (!hasFraction && !hasMemory)
            {
                statements.Error([DeviceRequestKeys.KaiNumDevices], $"{DeviceRequestKeys.KaiNumDevices} says of how many devices but not "
                    + $"how much of each: add {DeviceRequestKeys.KaiGpuFraction} or {DeviceRequestKeys.KaiGpuMemory}, or remove it");
            }
        }
    }

    // KAI takes any number, 500m as well as 0.5; it is rounded up to a thousandth.
    private static void ReadFraction(string text, DeviceStatements statements)
    {
        const string Key = DeviceRequestKeys.KaiGpuFraction;
        statements.Said(Key, text);
        if (!Quantity.TryParseMilli(text, out long milli, out string error))
        {
            statements.Error([Key], $"{Key}: {error}");
        }
        else if (milli is <= 0 or >= Device.FullMilli)
        {
            statements.Error([Key], $"{Key} \"{text}\" is not between 0 and 1: write a fraction such as \"0.5\", "
                + $"or ask for whole devices with {DeviceRequestKeys.NvidiaGpu}");
        }
        else
        {
            statements.Amount(Key, DeviceAmount.Share((int)milli));
        }
    }
}
