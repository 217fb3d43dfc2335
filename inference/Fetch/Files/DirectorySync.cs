using System.Runtime.InteropServices;

namespace GemmaInference.Fetch.Files;

/// <summary>Brings a directory's entries to the disk: .NET flushes files only.</summary>
internal static partial class DirectorySync
{
    /// <summary>Does nothing where the file system has no such thing.</summary>
    public static void Flush(string directory)
    {
        // O_RDONLY is 0.
        var handle = Open(directory, 0);
        if (handle >= 0)
        {
            _ = Sync(handle);
            _ = Close(handle);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Sync(int handle);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int handle);
}
