using GemmaInference.Fetch.Failures;

namespace GemmaInference.Fetch.Files;

/// <summary>Asks how much room a volume has, before it is filled.</summary>
/// <param name="ask">Returns the bytes that may be written below a directory.</param>
/// <param name="reserve">Bytes that must stay free.</param>
internal sealed class FreeSpace(Func<string, long> ask, long reserve)
{
    /// <summary>Asks the file system (statvfs).</summary>
    public static long OfVolume(string directory) => new DriveInfo(directory).AvailableFreeSpace;

    /// <exception cref="FetchException">There isn't so much room.</exception>
    public void Demand(string directory, long bytes)
    {
        var free = ask(directory);
        if (free < bytes || free - bytes < reserve)
        {
            throw new FetchException(
                FetchReason.DiskFull,
                $"{directory} has {DiskFailure.Size(free)} free, {DiskFailure.Size(bytes)} are still to be written"
                    + (reserve > 0 ? $" and {DiskFailure.Size(reserve)} must stay free" : "")
                    + "; it needs a larger volume"
            );
        }
    }
}
