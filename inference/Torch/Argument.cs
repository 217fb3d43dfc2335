namespace GemmaInference.Torch;

/// <summary>
/// Holds an argument of an operator, in the order of its schema. What the schema calls optional (<c>T?</c>) is made by
/// <see cref="Maybe(Tensor?)"/> and its like, or is <see cref="None"/>.
/// </summary>
internal readonly unsafe struct Argument
{
    private readonly Kind _kind;
    private readonly bool _isOptional;
    private readonly ulong _word;
    private readonly nint* _handles;

    private Argument(Kind kind, ulong word, bool isOptional = false, nint* handles = null)
    {
        _kind = kind;
        _word = word;
        _isOptional = isOptional;
        _handles = handles;
    }

    private enum Kind
    {
        Word,
        Tensor,
        Text,
        OneInt,
        TensorsOrNone,
    }

    /// <summary>Gets an optional argument that isn't there.</summary>
    public static Argument None => default;

    public static implicit operator Argument(Tensor tensor) => new(Kind.Tensor, (ulong)tensor.Handle);

    public static implicit operator Argument(long number) => new(Kind.Word, (ulong)number);

    public static implicit operator Argument(double number) => new(Kind.Word, BitConverter.DoubleToUInt64Bits(number));

    public static implicit operator Argument(bool isTrue) => new(Kind.Word, isTrue ? 1UL : 0);

    public static Argument Maybe(Tensor? tensor) =>
        tensor is { } some ? new(Kind.Tensor, (ulong)some.Handle, isOptional: true) : None;

    public static Argument Maybe(long number) => new(Kind.Word, (ulong)number, isOptional: true);

    public static Argument Maybe(double number) =>
        new(Kind.Word, BitConverter.DoubleToUInt64Bits(number), isOptional: true);

    /// <summary>Makes an argument of type <c>ScalarType?</c>.</summary>
    public static Argument Maybe(ScalarType type) => new(Kind.Word, (uint)Abi.ScalarTypes[(int)type], isOptional: true);

    /// <summary>Makes an argument of type <c>Device?</c>: its type in the upper half, its index in the lower.</summary>
    public static Argument Maybe(Device device) =>
        new(Kind.Word, (ulong)Abi.Devices[(int)device] << 32, isOptional: true);

    /// <summary>Makes a list of one number, of type <c>int[]?</c>.</summary>
    public static Argument MaybeOneInt(long number) => new(Kind.OneInt, (ulong)number, isOptional: true);

    /// <summary>Makes a list of type <c>Tensor?[]</c>.</summary>
    /// <param name="handles">Stays where it is until the call.</param>
    public static Argument TensorsOrNone(nint* handles, int count) =>
        new(Kind.TensorsOrNone, (ulong)count, handles: handles);

    /// <param name="text">Ends with a zero; a constant, which stays where it is.</param>
    public static Argument Text(ReadOnlySpan<byte> text)
    {
        fixed (byte* start = text)
        {
            return new Argument(Kind.Text, (ulong)text.Length, handles: (nint*)start);
        }
    }

    /// <summary>
    /// Returns the word that stands for it in the dispatcher's stack (<c>stableivalue_conversions.h</c>). Handles,
    /// lists, texts and boxes are made anew, because the dispatcher frees what it is given.
    /// </summary>
    public ulong Encode()
    {
        var word = _kind switch
        {
            Kind.Word => _word,
            Kind.Tensor => Handle((nint)_word),
            Kind.Text => NewText(),
            Kind.OneInt => ListOf(_word),
            Kind.TensorsOrNone => ListOfTensors(),
        };
        return _isOptional ? Boxed(word) : word;
    }

    private static ulong Handle(nint tensor)
    {
        nint copy;
        Check(Abi.NewHandle(tensor, &copy));
        return (ulong)copy;
    }

    private ulong NewText()
    {
        nint text;
        Check(Abi.NewString((byte*)_handles, (nuint)_word, &text));
        return (ulong)text;
    }

    private static ulong ListOf(ulong word)
    {
        nint list;
        Check(Abi.NewList(1, &list));
        Check(Abi.Append(list, word));
        return (ulong)list;
    }

    private ulong ListOfTensors()
    {
        nint list;
        Check(Abi.NewList((nuint)_word, &list));
        for (var i = 0; i < (int)_word; i++)
        {
            Check(Abi.Append(list, Boxed(Handle(_handles[i]))));
        }

        return (ulong)list;
    }

    private static ulong Boxed(ulong word)
    {
        ulong* box;
        if (Abi.NewValue == null)
        {
            box = (ulong*)Abi.Allocate(sizeof(ulong));
        }
        else
        {
            Check(Abi.NewValue(&box));
        }

        *box = word;
        return (ulong)box;
    }

    private static void Check(int code)
    {
        if (code != 0)
        {
            throw new TorchException("libtorch", "an argument can't be made; memory is short");
        }
    }
}
