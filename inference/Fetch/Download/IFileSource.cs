using GemmaInference.Fetch.Failures;

namespace GemmaInference.Fetch.Download;

/// <summary>Gives the bytes of files: a hub or a registry.</summary>
internal interface IFileSource
{
    /// <summary>Asks once for a part of a file.</summary>
    /// <param name="file">Which.</param>
    /// <param name="start">The first byte.</param>
    /// <param name="end">The byte after the last; null asks for the whole file, without a range.</param>
    /// <param name="cancellation">Cancels.</param>
    /// <returns>A 206, or a 200 with the whole file from somebody who knows no ranges.</returns>
    /// <exception cref="FetchException">Every other answer.</exception>
    Task<HttpResponseMessage> OpenAsync(RemoteFile file, long start, long? end, CancellationToken cancellation);
}
