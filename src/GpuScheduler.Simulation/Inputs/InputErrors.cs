using System.Globalization;
using GpuScheduler.Framework;

namespace GpuScheduler.Simulation;

/// <summary>Prints the errors of an input.</summary>
public static class InputErrors
{
    /// <summary>One error a line, at most <paramref name="most"/>, and then how many more there are.</summary>
    public static string ToText(ConfigurationErrors errors, int most = 50)
    {
        string text = string.Join('\n', errors.Take(most));
        return errors.Count <= most ? text : text + string.Create(CultureInfo.InvariantCulture, $"\nand {errors.Count - most} more");
    }
}
