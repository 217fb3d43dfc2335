namespace GemmaInference.Torch;

/// <summary>
/// Keeps a thread's tensors that nobody owns until the scope ends that they were made in. Nothing records gradients on
/// a thread that has one.
/// </summary>
internal sealed class Arena
{
    [ThreadStatic]
    private static Arena? _current;

    private readonly Stack<TensorCell> _spare = new(256);
    private TensorCell?[] _cells = new TensorCell?[256];
    private int _count;
    private int _depth;

    private unsafe Arena() => Abi.RecordGradients(0);

    public static Arena Current => _current ??= new Arena();

    /// <summary>Makes a tensor of a new handle.</summary>
    public Tensor Adopt(nint handle, Device device)
    {
        var cell = _spare.TryPop(out var spare) ? spare : new TensorCell();
        cell.Take(handle, device);
        if (_depth > 0)
        {
            Push(cell);
        }

        return new Tensor(cell);
    }

    /// <summary>Frees a tensor before its scope ends, or one that is owned, on whatever thread.</summary>
    public void Release(TensorCell cell)
    {
        Detach(cell);
        cell.Free();
        _spare.Push(cell);
    }

    /// <summary>Takes a tensor out of its scope, so that whoever holds it owns it.</summary>
    public void Detach(TensorCell cell)
    {
        if (cell.Home is null)
        {
            return;
        }

        if (cell.Home != this)
        {
            throw new InvalidOperationException("the tensor belongs to a scope of another thread");
        }

        _cells[cell.Place] = null;
        cell.Home = null;
    }

    /// <summary>Begins a scope; returns what <see cref="Close"/> takes.</summary>
    public int Open()
    {
        _depth++;
        return _count;
    }

    public void Close(int start)
    {
        var end = _count;
        _count = start;
        _depth--;
        for (var place = start; place < end; place++)
        {
            if (_cells[place] is not { } cell)
            {
                continue;
            }

            _cells[place] = null;
            cell.Home = null;
            if (!cell.IsKept)
            {
                cell.Free();
                _spare.Push(cell);
                continue;
            }

            cell.IsKept = false;
            if (_depth > 0)
            {
                Push(cell);
            }
        }
    }

    private void Push(TensorCell cell)
    {
        if (_count == _cells.Length)
        {
            Array.Resize(ref _cells, 2 * _count);
        }

        _cells[_count] = cell;
        (cell.Home, cell.Place) = (this, _count++);
    }
}
