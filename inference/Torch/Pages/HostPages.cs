using System.Runtime.InteropServices;
using GemmaInference.Native;

namespace GemmaInference.Torch.Pages;

/// <summary>
/// Has pages of the host's memory: Linux gives it when it is written to, so that allowing it costs none. What isn't
/// allowed faults, as it does on a GPU.
/// </summary>
/// <param name="pageSize">A multiple of the system's.</param>
internal sealed partial class HostPages(long pageSize) : IPageMemory
{
    private const int None = 0,
        Read = 1,
        ReadWrite = 3;

    /// <summary><c>MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE</c>.</summary>
    private const int Reserved = 0x2 | 0x20 | 0x4000;

    /// <summary><c>MADV_DONTNEED</c>: what is read afterwards is zero.</summary>
    private const int DontNeed = 4;

    private readonly List<(nint Address, nint Bytes)> _ranges = [];

    public long PageSize { get; } = pageSize;

    public void Provide(long pages) { }

    public nint Reserve(long bytes)
    {
        var address = Map(0, (nint)bytes, None, Reserved, -1, 0);
        if (address == -1)
        {
            throw Failure("mmap", bytes);
        }

        _ranges.Add((address, (nint)bytes));
        return address;
    }

    public void Back(nint address, long pages) => Allow(address, pages, ReadWrite);

    public void Show(nint address, long pages) => Allow(address, pages, Read);

    public void Release(nint address, long pages)
    {
        if (Advise(address, (nint)(pages * PageSize), DontNeed) != 0)
        {
            throw Failure("madvise", pages * PageSize);
        }

        Allow(address, pages, None);
    }

    /// <summary>Does nothing: on a CPU whoever computes has waited.</summary>
    public void Settle() { }

    public void Dispose()
    {
        foreach (var (address, bytes) in _ranges)
        {
            _ = Unmap(address, bytes);
        }

        _ranges.Clear();
    }

    private void Allow(nint address, long pages, int what)
    {
        if (Protect(address, (nint)(pages * PageSize), what) != 0)
        {
            throw Failure("mprotect", pages * PageSize);
        }
    }

    private static InferenceException Failure(string function, long bytes) =>
        new(function, $"{bytes} bytes: {Marshal.GetLastPInvokeErrorMessage()}");

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial nint Map(nint address, nint bytes, int protection, int flags, int file, long offset);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    private static partial int Unmap(nint address, nint bytes);

    [LibraryImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    private static partial int Protect(nint address, nint bytes, int protection);

    [LibraryImport("libc", EntryPoint = "madvise", SetLastError = true)]
    private static partial int Advise(nint address, nint bytes, int advice);
}
