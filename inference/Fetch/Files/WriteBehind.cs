using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace GemmaInference.Fetch.Files;

/// <summary>
/// Lets the disk begin while bytes still come: else the kernel keeps gigabytes back and the last flush waits for all.
/// </summary>
internal static partial class WriteBehind
{
    /// <summary>SYNC_FILE_RANGE_WRITE (linux/fs.h): writes what is dirty, and waits for nothing.</summary>
    private const uint Write = 2;

    /// <summary>Does nothing where the file system has no such thing: the flush at the end is what counts.</summary>
    public static void Begin(SafeFileHandle file, long from, long to) => _ = SyncRange(file, from, to - from, Write);

    [LibraryImport("libc", EntryPoint = "sync_file_range")]
    private static partial int SyncRange(SafeFileHandle file, long offset, long bytes, uint flags);
}
