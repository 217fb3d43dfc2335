using GemmaInference.Native;

namespace GemmaInference.Torch.Pages;

/// <summary>
/// Has pages of the first GPU's memory. All are made, and zeroed, before the first is used; then they only change their
/// addresses. What is shown and has no memory is one page of zeros, at as many addresses as need be, for reading alone.
/// </summary>
internal sealed unsafe class GpuPages : IPageMemory
{
    private const int Gpu = 0;

    /// <summary>Pages that are zeroed together.</summary>
    private const int Together = 256;

    private readonly GpuPageFunctions _functions;
    private readonly List<(nint Address, long Bytes)> _ranges = [];
    private readonly List<ulong> _made = [];
    private readonly Stack<ulong> _spare = [];
    private readonly Dictionary<nint, ulong> _mapped = [];
    private ulong? _zeros;

    /// <param name="size">Returns a page's size, of the least that is possible.</param>
    /// <exception cref="InferenceException">The driver has no pages.</exception>
    public GpuPages(GpuPageFunctions functions, Func<long, long>? size = null)
    {
        _functions = functions;
        nuint least;
        var kind = GpuPageFunctions.Allocation.OfGpu(Gpu);
        Check(functions.Granularity(&least, &kind, 0), "cuMemGetAllocationGranularity");
        PageSize = Math.Max((long)least, size?.Invoke((long)least) ?? 0);
    }

    public long PageSize { get; }

    public void Provide(long pages)
    {
        var missing = pages - _made.Count + (_zeros is null ? 0 : 1);
        var scratch = missing > 0 ? Reserve(Math.Min(Together, missing) * PageSize) : 0;
        for (; missing > 0; missing -= Together)
        {
            Zero(scratch, (int)Math.Min(Together, missing), _spare.Push);
        }
    }

    public nint Reserve(long bytes)
    {
        ulong address;
        Check(_functions.Reserve(&address, (nuint)bytes, 0, 0, 0), "cuMemAddressReserve");
        _ranges.Add(((nint)address, bytes));
        return (nint)address;
    }

    public void Back(nint address, long pages)
    {
        for (var page = 0L; page < pages; page++)
        {
            Map((nint)(address + (page * PageSize)), _spare.Pop());
        }

        Allow(address, pages, GpuPageFunctions.Access.ReadWrite(Gpu));
    }

    public void Show(nint address, long pages)
    {
        if (_zeros is null)
        {
            Zero(Reserve(PageSize), 1, page => _zeros = page);
        }

        for (var page = 0L; page < pages; page++)
        {
            Map((nint)(address + (page * PageSize)), _zeros!.Value);
        }

        Allow(address, pages, GpuPageFunctions.Access.Read(Gpu));
    }

    public void Release(nint address, long pages)
    {
        for (var page = 0L; page < pages; page++)
        {
            var handle = Unmap((nint)(address + (page * PageSize)));
            if (handle != _zeros)
            {
                _spare.Push(handle);
            }
        }
    }

    public void Settle() => Check(_functions.Synchronize(), "cuCtxSynchronize");

    /// <summary>Gives all back; what fails then has failed before.</summary>
    public void Dispose()
    {
        _ = _functions.Synchronize();
        foreach (var address in _mapped.Keys)
        {
            _ = _functions.Unmap((ulong)address, (nuint)PageSize);
        }

        foreach (var handle in _made)
        {
            _ = _functions.Release(handle);
        }

        foreach (var (address, bytes) in _ranges)
        {
            _ = _functions.Free((ulong)address, (nuint)bytes);
        }

        _mapped.Clear();
        _made.Clear();
        _ranges.Clear();
    }

    /// <summary>Makes pages, and zeroes them at addresses that they have meanwhile.</summary>
    private void Zero(nint scratch, int count, Action<ulong> take)
    {
        var kind = GpuPageFunctions.Allocation.OfGpu(Gpu);
        for (var page = 0; page < count; page++)
        {
            ulong handle;
            Check(_functions.Create(&handle, (nuint)PageSize, &kind, 0), "cuMemCreate");
            _made.Add(handle);
            Map((nint)(scratch + (page * PageSize)), handle);
        }

        Allow(scratch, count, GpuPageFunctions.Access.ReadWrite(Gpu));
        Check(_functions.Fill((ulong)scratch, 0, (nuint)(count * PageSize)), "cuMemsetD8");
        Settle();
        for (var page = 0; page < count; page++)
        {
            take(Unmap((nint)(scratch + (page * PageSize))));
        }
    }

    private void Map(nint address, ulong handle)
    {
        Check(_functions.Map((ulong)address, (nuint)PageSize, 0, handle, 0), "cuMemMap");
        _mapped.Add(address, handle);
    }

    private ulong Unmap(nint address)
    {
        Check(_functions.Unmap((ulong)address, (nuint)PageSize), "cuMemUnmap");
        return _mapped.Remove(address, out var handle) ? handle : 0;
    }

    private void Allow(nint address, long pages, GpuPageFunctions.Access what) =>
        Check(_functions.SetAccess((ulong)address, (nuint)(pages * PageSize), &what, 1), "cuMemSetAccess");

    private void Check(int code, string function)
    {
        if (code != 0)
        {
            throw new InferenceException(function, _functions.Describe(code));
        }
    }
}
