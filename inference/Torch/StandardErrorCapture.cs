using System.Runtime.InteropServices;
using System.Text;

namespace GemmaInference.Torch;

/// <summary>
/// Keeps what is written to standard error for a moment, by whomever in the process, and passes it on at the end:
/// before 2.13 libtorch says only there what went wrong.
/// </summary>
internal sealed unsafe partial class StandardErrorCapture : IDisposable
{
    private const int StandardError = 2;
    private readonly int _memory;
    private readonly int _saved;

    private StandardErrorCapture(int memory, int saved) => (_memory, _saved) = (memory, saved);

    /// <summary>Returns null where the system has no file to spare.</summary>
    public static StandardErrorCapture? Begin()
    {
        int memory = CreateMemory("stderr", 1),
            saved = memory < 0 ? -1 : Duplicate(StandardError);
        if (saved >= 0 && DuplicateTo(memory, StandardError) >= 0)
        {
            return new StandardErrorCapture(memory, saved);
        }

        _ = saved < 0 ? 0 : Close(saved);
        _ = memory < 0 ? 0 : Close(memory);
        return null;
    }

    /// <summary>Returns what was written so far, at most 64 KiB.</summary>
    public string Text()
    {
        var bytes = new byte[1 << 16];
        fixed (byte* start = bytes)
        {
            var length = ReadAt(_memory, start, (nuint)bytes.Length, 0);
            return Encoding.UTF8.GetString(bytes, 0, (int)Math.Max(0, length));
        }
    }

    public void Dispose()
    {
        _ = DuplicateTo(_saved, StandardError);
        var bytes = Encoding.UTF8.GetBytes(Text());
        fixed (byte* start = bytes)
        {
            _ = Write(StandardError, start, (nuint)bytes.Length);
        }

        _ = Close(_saved);
        _ = Close(_memory);
    }

    [LibraryImport("libc", EntryPoint = "memfd_create", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int CreateMemory(string name, uint flags);

    [LibraryImport("libc", EntryPoint = "dup")]
    private static partial int Duplicate(int file);

    [LibraryImport("libc", EntryPoint = "dup2")]
    private static partial int DuplicateTo(int file, int number);

    [LibraryImport("libc", EntryPoint = "pread")]
    private static partial nint ReadAt(int file, byte* buffer, nuint count, long offset);

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint Write(int file, byte* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int file);
}
