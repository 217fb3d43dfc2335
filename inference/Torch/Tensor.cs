using System.Runtime.InteropServices;

namespace GemmaInference.Torch;

/// <summary>
/// Refers to a tensor of libtorch. It lives until the <see cref="TensorScope"/> ends that it was made in; one that was
/// made outside, kept by the outermost, or detached lives until somebody disposes it. Used later it throws, whatever
/// took its place. Operators don't check what libtorch checks by itself.
/// </summary>
internal readonly partial struct Tensor : IDisposable, IEquatable<Tensor>
{
    private readonly TensorCell? _cell;
    private readonly uint _generation;

    public Tensor(TensorCell cell) => (_cell, _generation) = (cell, cell.Generation);

    /// <summary>Gets how many tensors live, on all threads.</summary>
    public static long Live => TensorCell.Live;

    /// <summary>Gets whether it wasn't freed yet.</summary>
    public bool IsAlive => _cell is { Handle: not 0 } cell && cell.Generation == _generation;

    /// <exception cref="ObjectDisposedException">It was freed.</exception>
    public TensorCell Cell =>
        _cell is { Handle: not 0 } cell && cell.Generation == _generation
            ? cell
            : throw new ObjectDisposedException(nameof(Tensor), "the scope of this tensor has ended");

    public nint Handle => Cell.Handle;

    public Device Device => Cell.Device;

    public int Rank => Measured.Rank;

    public ReadOnlySpan<long> Shape => MemoryMarshal.CreateReadOnlySpan(ref Measured.Sizes[0], Measured.Rank);

    /// <summary>Gets how many numbers it holds.</summary>
    public long Count
    {
        get
        {
            var count = 1L;
            foreach (var size in Shape)
            {
                count *= size;
            }

            return count;
        }
    }

    public unsafe ScalarType Type
    {
        get
        {
            int type;
            _ = Abi.GetScalarType(Handle, &type);
            var index = Array.IndexOf(Abi.ScalarTypes, type);
            return index >= 0 ? (ScalarType)index : throw new TorchException("tensor", $"unknown type {type}");
        }
    }

    private TensorCell Measured
    {
        get
        {
            var cell = Cell;
            cell.Measure();
            return cell;
        }
    }

    private DeviceFunctions Functions => Abi.Direct[(int)Device]!;

    private ReadOnlySpan<long> Strides => MemoryMarshal.CreateReadOnlySpan(ref Measured.Strides[0], Measured.Rank);

    /// <summary>Returns the size of a dimension; −1 is the last.</summary>
    public long Size(int dimension) => Shape[dimension < 0 ? dimension + Rank : dimension];

    /// <summary>Takes it out of its scope: whoever holds it owns it.</summary>
    public Tensor Detach()
    {
        Arena.Current.Detach(Cell);
        return this;
    }

    /// <summary>Frees it, if it wasn't freed yet.</summary>
    public void Dispose()
    {
        if (IsAlive)
        {
            Arena.Current.Release(_cell!);
        }
    }

    /// <summary>Returns whether both refer to the same tensor.</summary>
    public bool Equals(Tensor other) => _cell == other._cell && _generation == other._generation;

    public override bool Equals(object? obj) => obj is Tensor other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(_cell, _generation);
}
