namespace GemmaInference.Torch;

/// <summary>Owns a handle of libtorch, and remembers what was asked about it. Used again and again.</summary>
internal sealed class TensorCell
{
    /// <summary>Counts the tensors that there are.</summary>
    private static long _live;

    public static long Live => Interlocked.Read(ref _live);

    public nint Handle { get; private set; }

    /// <summary>Gets which of the tensors that it held one after the other it holds now.</summary>
    public uint Generation { get; private set; }

    public Device Device { get; private set; }

    /// <summary>Gets or sets how many dimensions the tensor has; −1 until somebody asks.</summary>
    public int Rank { get; set; } = -1;

    /// <summary>Gets or sets the arena whose scope ends it; null where somebody owns it.</summary>
    public Arena? Home { get; set; }

    /// <summary>Gets or sets its place there.</summary>
    public int Place { get; set; }

    /// <summary>Gets or sets whether the end of the innermost scope hands it to the one around.</summary>
    public bool IsKept { get; set; }

    public Dimensions Sizes;

    public Dimensions Strides;

    public void Take(nint handle, Device device)
    {
        (Handle, Device, Rank, IsKept) = (handle, device, -1, false);
        Interlocked.Increment(ref _live);
    }

    public unsafe void Free()
    {
        _ = Abi.DeleteTensor(Handle);
        Handle = 0;
        Generation++;
        Interlocked.Decrement(ref _live);
    }

    /// <summary>Remembers sizes and strides that were computed here.</summary>
    public void Know(ReadOnlySpan<long> sizes, in Dimensions strides)
    {
        sizes.CopyTo(Sizes);
        Strides = strides;
        Rank = sizes.Length;
    }

    /// <summary>Asks for sizes and strides, once.</summary>
    public unsafe void Measure()
    {
        if (Rank >= 0)
        {
            return;
        }

        long rank;
        long* sizes,
            strides;
        if (Abi.GetRank(Handle, &rank) != 0 || rank > Dimensions.MaxRank)
        {
            throw new TorchException("tensor", $"more than {Dimensions.MaxRank} dimensions");
        }

        _ = Abi.GetSizes(Handle, &sizes);
        _ = Abi.GetStrides(Handle, &strides);
        for (var i = 0; i < rank; i++)
        {
            (Sizes[i], Strides[i]) = (sizes[i], strides[i]);
        }

        Rank = (int)rank;
    }
}
