using System.Runtime.InteropServices;

namespace GemmaInference.Torch.Pages;

/// <summary>
/// Holds the functions of the CUDA driver for addresses without memory, which it has since CUDA 10.2. Addresses and
/// handles are 64 bits.
/// </summary>
internal sealed unsafe class GpuPageFunctions
{
    private static readonly string[] Names =
    [
        "cuMemGetAllocationGranularity",
        "cuMemAddressReserve",
        "cuMemAddressFree",
        "cuMemCreate",
        "cuMemRelease",
        "cuMemMap",
        "cuMemUnmap",
        "cuMemSetAccess",
        "cuMemsetD8_v2",
        "cuCtxSynchronize",
        "cuGetErrorString",
    ];

    private GpuPageFunctions(nint driver)
    {
        Granularity = (delegate* unmanaged<nuint*, Allocation*, int, int>)Find(0);
        Reserve = (delegate* unmanaged<ulong*, nuint, nuint, ulong, ulong, int>)Find(1);
        Free = (delegate* unmanaged<ulong, nuint, int>)Find(2);
        Create = (delegate* unmanaged<ulong*, nuint, Allocation*, ulong, int>)Find(3);
        Release = (delegate* unmanaged<ulong, int>)Find(4);
        Map = (delegate* unmanaged<ulong, nuint, nuint, ulong, ulong, int>)Find(5);
        Unmap = (delegate* unmanaged<ulong, nuint, int>)Find(6);
        SetAccess = (delegate* unmanaged<ulong, nuint, Access*, nuint, int>)Find(7);
        Fill = (delegate* unmanaged<ulong, byte, nuint, int>)Find(8);
        Synchronize = (delegate* unmanaged<int>)Find(9);
        ErrorText = (delegate* unmanaged<int, nint*, int>)Find(10);

        nint Find(int name) => NativeLibrary.GetExport(driver, Names[name]);
    }

    /// <summary>Gets: result, of what, whether the least or what is recommended.</summary>
    public delegate* unmanaged<nuint*, Allocation*, int, int> Granularity { get; }

    /// <summary>Gets: result, bytes, alignment, where, flags.</summary>
    public delegate* unmanaged<ulong*, nuint, nuint, ulong, ulong, int> Reserve { get; }

    public delegate* unmanaged<ulong, nuint, int> Free { get; }

    /// <summary>Gets: handle, bytes, of what, flags.</summary>
    public delegate* unmanaged<ulong*, nuint, Allocation*, ulong, int> Create { get; }

    public delegate* unmanaged<ulong, int> Release { get; }

    /// <summary>Gets: address, bytes, bytes of the memory to skip, handle, flags.</summary>
    public delegate* unmanaged<ulong, nuint, nuint, ulong, ulong, int> Map { get; }

    /// <summary>Gets: address and bytes of what was mapped by one call.</summary>
    public delegate* unmanaged<ulong, nuint, int> Unmap { get; }

    /// <summary>Gets: address and bytes that are mapped, who may do what, how many of these.</summary>
    public delegate* unmanaged<ulong, nuint, Access*, nuint, int> SetAccess { get; }

    public delegate* unmanaged<ulong, byte, nuint, int> Fill { get; }

    public delegate* unmanaged<int> Synchronize { get; }

    public delegate* unmanaged<int, nint*, int> ErrorText { get; }

    /// <summary>Returns null where something is missing, and what.</summary>
    /// <param name="driver">The library's handle.</param>
    public static GpuPageFunctions? Find(nint driver, out string? trouble)
    {
        var missing = Array.Find(Names, name => !NativeLibrary.TryGetExport(driver, name, out _));
        trouble = missing is null ? null : $"there is no function {missing}";
        return missing is null ? new GpuPageFunctions(driver) : null;
    }

    /// <summary>Returns an error of the driver in its own words.</summary>
    public string Describe(int code)
    {
        nint text;
        return ErrorText(code, &text) == 0 ? $"error {code}, {Marshal.PtrToStringUTF8(text)}" : $"error {code}";
    }

    /// <summary>Says what memory is to be made: <c>CUmemAllocationProp</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Allocation
    {
        /// <summary>Asks for <c>CU_MEM_ALLOCATION_TYPE_PINNED</c> on a GPU.</summary>
        public static Allocation OfGpu(int index) => new() { _kind = 1, _place = new Location(1, index) };

        private int _kind;
        private readonly int _handles;
        private Location _place;
        private readonly nint _windows;
        private readonly ulong _flags;
    }

    /// <summary>Says who may do what: <c>CUmemAccessDesc</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public readonly struct Access
    {
        private readonly Location _place;
        private readonly int _what;

        private Access(int gpu, int what) => (_place, _what) = (new Location(1, gpu), what);

        /// <summary>Allows <c>CU_MEM_ACCESS_FLAGS_PROT_READ</c>.</summary>
        public static Access Read(int gpu) => new(gpu, 1);

        /// <summary>Allows <c>CU_MEM_ACCESS_FLAGS_PROT_READWRITE</c>.</summary>
        public static Access ReadWrite(int gpu) => new(gpu, 3);
    }

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Location(int kind, int index)
    {
        private readonly int _kind = kind;
        private readonly int _index = index;
    }
}
