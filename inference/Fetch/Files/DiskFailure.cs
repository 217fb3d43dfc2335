using GemmaInference.Fetch.Failures;

namespace GemmaInference.Fetch.Files;

/// <summary>Says what an error of the file system means for a fetch.</summary>
internal static class DiskFailure
{
    // Linux: asm-generic/errno-base.h and errno.h.
    private const int NoSpace = 28;
    private const int FileTooBig = 27;
    private const int Quota = 122;

    public static FetchException Of(Exception cause, string directory) =>
        cause.HResult is NoSpace or FileTooBig or Quota
            ? new FetchException(FetchReason.DiskFull, $"{directory}: the volume is full; it needs a larger one", cause)
            : new FetchException(FetchReason.Conflict, $"{directory} can't be written: {cause.Message}", cause);

    /// <summary>Renders bytes as people size volumes.</summary>
    public static string Size(long bytes) =>
        bytes < 1L << 30
            ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{bytes / 1048576.0:F1}Mi")
            : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{bytes / 1073741824.0:F1}Gi");
}
