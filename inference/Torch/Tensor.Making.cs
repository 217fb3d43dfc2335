using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using GemmaInference.Native;

namespace GemmaInference.Torch;

/// <content>Makes tensors, and reads them.</content>
internal readonly partial struct Tensor
{
    /// <summary>Makes a tensor of whatever lies in the memory that it gets.</summary>
    public static unsafe Tensor Empty(ReadOnlySpan<long> shape, ScalarType type, Device device)
    {
        var strides = Strided(shape);
        nint result;
        fixed (long* sizes = shape)
        {
            var attempt = default(Attempt);
            int code;
            do
            {
                code = Abi.EmptyStrided(
                    shape.Length,
                    sizes,
                    (long*)&strides,
                    Abi.ScalarTypes[(int)type],
                    Abi.Devices[(int)device],
                    0,
                    &result
                );
            } while (attempt.Failed(code, "aten::empty_strided"));
        }

        var tensor = Arena.Current.Adopt(result, device);
        tensor._cell!.Know(shape, strides);
        return tensor;
    }

    /// <summary>Makes a tensor of memory that is somebody else's, and outlives it.</summary>
    public static unsafe Tensor Over(nint address, ReadOnlySpan<long> shape, ScalarType type, Device device)
    {
        var strides = Strided(shape);
        nint result;
        fixed (long* sizes = shape)
        {
            var attempt = default(Attempt);
            int code;
            do
            {
                code = Abi.OfMemory(
                    (void*)address,
                    shape.Length,
                    sizes,
                    (long*)&strides,
                    0,
                    Abi.ScalarTypes[(int)type],
                    Abi.Devices[(int)device],
                    0,
                    &result
                );
            } while (attempt.Failed(code, "at::for_blob"));
        }

        var tensor = Arena.Current.Adopt(result, device);
        tensor._cell!.Know(shape, strides);
        return tensor;
    }

    public static unsafe Tensor Zeros(ReadOnlySpan<long> shape, ScalarType type, Device device)
    {
        var tensor = Empty(shape, type, device);
        var attempt = default(Attempt);
        while (attempt.Failed(Abi.Zero(tensor.Handle), "aten::zero_")) { }

        return tensor;
    }

    /// <summary>Makes a tensor of one number everywhere.</summary>
    public static unsafe Tensor Full(ReadOnlySpan<long> shape, double value, ScalarType type, Device device)
    {
        var tensor = Empty(shape, type, device);
        var attempt = default(Attempt);
        while (attempt.Failed(Abi.Fill(tensor.Handle, value), "aten::fill_.Scalar")) { }

        return tensor;
    }

    /// <summary>Copies numbers, of which those on a GPU are there when it returns.</summary>
    public static Tensor Of(ReadOnlySpan<float> values, Device device) => Of(values, ScalarType.Float32, device);

    /// <summary>Copies numbers, of which those on a GPU are there when it returns.</summary>
    public static Tensor Of(ReadOnlySpan<long> values, Device device) => Of(values, ScalarType.Int64, device);

    /// <summary>Makes a tensor of no dimension, which operators on any device take as a plain number.</summary>
    public static unsafe Tensor Number(float value)
    {
        nint result;
        var attempt = default(Attempt);
        while (attempt.Failed(Abi.FloatTensor(value, &result), "scalar")) { }

        return Arena.Current.Adopt(result, Device.Cpu);
    }

    /// <summary>Makes a tensor of no dimension, which operators on any device take as a plain number.</summary>
    public static unsafe Tensor Number(long value)
    {
        nint result;
        var attempt = default(Attempt);
        while (attempt.Failed(Abi.LongTensor(value, &result), "scalar")) { }

        return Arena.Current.Adopt(result, Device.Cpu);
    }

    /// <summary>Returns it as another type, elsewhere, or both; itself where it is that already.</summary>
    public Tensor To(ScalarType type, Device device)
    {
        if (Device == device && Type == type)
        {
            return this;
        }

        var copy = Empty(Shape, type, device);
        copy.CopyFrom(this);
        return copy;
    }

    /// <summary>Returns it as another type; itself where it is that already.</summary>
    public Tensor To(ScalarType type) => To(type, Device);

    /// <summary>Overwrites it with what has its shape, or is spread to it.</summary>
    public unsafe Tensor CopyFrom(Tensor source)
    {
        var attempt = default(Attempt);
        while (attempt.Failed(Abi.Copy(Handle, source.Handle, 0), "aten::copy_")) { }

        return this;
    }

    /// <summary>Copies its numbers to the host, row by row.</summary>
    /// <typeparam name="T">What its type is here.</typeparam>
    public T[] ToArray<T>()
        where T : unmanaged
    {
        using var scope = TensorScope.Open();
        return To(Type, Device.Cpu).Contiguous().Numbers<T>().ToArray();
    }

    /// <summary>Views its bytes, which lie on the host without gaps and are no more than a span holds.</summary>
    public Span<byte> Bytes() => Memory(checked((int)(Count * Type.Size())));

    /// <summary>Views its numbers, which lie on the host without gaps and are no more than a span holds.</summary>
    /// <typeparam name="T">What its type is here.</typeparam>
    public Span<T> Numbers<T>()
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(Memory(checked((int)Count * Unsafe.SizeOf<T>())));

    /// <summary>Returns the strides of what lies without gaps.</summary>
    private static Dimensions Strided(ReadOnlySpan<long> shape)
    {
        Dimensions strides = default;
        var stride = 1L;
        for (var i = shape.Length - 1; i >= 0; i--)
        {
            strides[i] = stride;
            stride *= shape[i];
        }

        return strides;
    }

    private static Tensor Of<T>(ReadOnlySpan<T> values, ScalarType type, Device device)
        where T : unmanaged
    {
        var tensor = Empty([values.Length], type, Device.Cpu);
        values.CopyTo(tensor.Numbers<T>());
        return tensor.To(type, device);
    }

    /// <summary>Gets where its numbers begin, which lie on the host without gaps.</summary>
    public unsafe nint Address
    {
        get
        {
            if (Device != Device.Cpu || !IsContiguous)
            {
                throw new InvalidOperationException("only what lies on the host without gaps can be viewed");
            }

            void* data;
            return Abi.GetData(Handle, &data) == 0
                ? (nint)data
                : throw new InferenceException("libtorch", "a tensor has no memory");
        }
    }

    private unsafe Span<byte> Memory(int length) => new((void*)Address, length);
}
