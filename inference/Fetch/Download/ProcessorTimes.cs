using System.Globalization;

namespace GemmaInference.Fetch.Download;

/// <summary>Holds what all processors of the machine did since its start, in ticks of the kernel.</summary>
internal sealed record ProcessorTimes(long Idle, long Total)
{
    /// <summary>Reads them; zeros where the kernel doesn't say.</summary>
    public static ProcessorTimes Read()
    {
        try
        {
            return Parse(File.ReadLines("/proc/stat").FirstOrDefault() ?? "");
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            return new ProcessorTimes(0, 0);
        }
    }

    /// <summary>Parses the line of all processors (proc_stat(5)): user, nice, system, idle, iowait, irq, …</summary>
    public static ProcessorTimes Parse(string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        // Guests' time is in user's.
        var times = new long[8];
        for (var at = 0; at < times.Length; at++)
        {
            if (
                words.Length <= at + 1
                || !long.TryParse(words[at + 1], NumberStyles.None, CultureInfo.InvariantCulture, out times[at])
            )
            {
                return new ProcessorTimes(0, 0);
            }
        }

        return new ProcessorTimes(times[3] + times[4], times.Sum());
    }

    /// <summary>Returns the part of the time since then that nobody used, from 0 to 1; 1 where unknown.</summary>
    public double IdleSince(ProcessorTimes before) =>
        Total > before.Total ? Math.Clamp((Idle - before.Idle) / (double)(Total - before.Total), 0, 1) : 1;
}
