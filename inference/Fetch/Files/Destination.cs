using GemmaInference.Fetch.Failures;

namespace GemmaInference.Fetch.Files;

/// <summary>Judges what is at a destination already.</summary>
internal static class Destination
{
    /// <summary>Returns the marker of the same model, whole; null where nothing is there yet.</summary>
    /// <exception cref="FetchException">Something else is there.</exception>
    public static ModelMarker? Judge(string target, ModelIdentity wanted)
    {
        if (File.Exists(target))
        {
            throw new FetchException(FetchReason.Conflict, $"{target} is a file; expected a directory to be made");
        }

        if (!Directory.Exists(target) || !Directory.EnumerateFileSystemEntries(target).Any())
        {
            return null;
        }

        if (ModelMarker.Read(target) is not { } marker)
        {
            throw new FetchException(
                FetchReason.Conflict,
                $"{target} holds files that no fetch left there; empty it, or give another directory"
            );
        }

        if (marker.Identity != wanted)
        {
            throw new FetchException(
                FetchReason.Conflict,
                $"{target} holds {marker.Identity}; give another directory for {wanted}"
            );
        }

        return marker.IsWhole(target)
            ? marker
            : throw new FetchException(
                FetchReason.Conflict,
                $"{target}: files of {marker.Identity} are missing or were changed; remove it to fetch again"
            );
    }
}
