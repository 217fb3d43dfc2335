using GemmaInference.Native;

namespace GemmaInference.Torch;

/// <summary>
/// Holds the functions of libtorch's stable C interface (<c>torch/csrc/stable/c/shim.h</c> and
/// <c>torch/csrc/inductor/aoti_torch/c/shim.h</c>): what is in it keeps its signature in later versions. Tensors are
/// owned handles, and everything but the getters of constants returns 0 or an error code.
/// </summary>
internal static unsafe class Abi
{
    /// <summary>
    /// Names the version whose schemas of operators this program speaks, as <c>torch_call_dispatcher</c> takes it:
    /// later versions adapt what they changed since.
    /// </summary>
    public const ulong Version = (2UL << 56) | (10UL << 48);

    public static delegate* unmanaged<byte*, byte*, ulong*, ulong, int> CallDispatcher { get; private set; }

    public static delegate* unmanaged<nint, int> DeleteTensor { get; private set; }

    /// <summary>Gets what makes another handle of a tensor, which is to be deleted, too.</summary>
    public static delegate* unmanaged<nint, nint*, int> NewHandle { get; private set; }

    public static delegate* unmanaged[SuppressGCTransition]<nint, long*, int> GetRank { get; private set; }

    public static delegate* unmanaged[SuppressGCTransition]<nint, long**, int> GetSizes { get; private set; }

    public static delegate* unmanaged[SuppressGCTransition]<nint, long**, int> GetStrides { get; private set; }

    public static delegate* unmanaged[SuppressGCTransition]<nint, int*, int> GetScalarType { get; private set; }

    public static delegate* unmanaged[SuppressGCTransition]<nint, void**, int> GetData { get; private set; }

    /// <summary>Gets: rank, sizes, strides, type, device's type, its index, result.</summary>
    public static delegate* unmanaged<long, long*, long*, int, int, int, nint*, int> EmptyStrided { get; private set; }

    /// <summary>
    /// Gets: memory, rank, sizes, strides, elements to skip, type, device's type, its index, result.
    /// </summary>
    public static delegate* unmanaged<void*, long, long*, long*, long, int, int, int, nint*, int> OfMemory
    {
        get;
        private set;
    }

    /// <summary>Gets: of what, rank, sizes, strides, elements to skip, result. Nothing is checked.</summary>
    public static delegate* unmanaged<nint, long, long*, long*, long, nint*, int> Reinterpret { get; private set; }

    /// <summary>Gets: destination, source, whether not to wait.</summary>
    public static delegate* unmanaged<nint, nint, int, int> Copy { get; private set; }

    public static delegate* unmanaged<nint, int> Zero { get; private set; }

    public static delegate* unmanaged<nint, double, int> Fill { get; private set; }

    /// <summary>Gets: from what, what, times which factor, result.</summary>
    public static delegate* unmanaged<nint, nint, double, nint*, int> Subtract { get; private set; }

    public static delegate* unmanaged<float, nint*, int> FloatTensor { get; private set; }

    public static delegate* unmanaged<long, nint*, int> LongTensor { get; private set; }

    public static delegate* unmanaged<byte*, nuint, nint*, int> NewString { get; private set; }

    public static delegate* unmanaged<nuint, nint*, int> NewList { get; private set; }

    public static delegate* unmanaged<nint, ulong, int> Append { get; private set; }

    /// <summary>Gets what an optional argument's value is put into; null before 2.13.</summary>
    public static delegate* unmanaged<ulong**, int> NewValue { get; private set; }

    /// <summary>Gets C++'s <c>operator new</c>, which such a value is made with before 2.13.</summary>
    public static delegate* unmanaged<nuint, void*> Allocate { get; private set; }

    /// <summary>Gets what says the thread's last error; null before 2.13.</summary>
    public static delegate* unmanaged<byte*> LastError { get; private set; }

    /// <summary>Gets what switches the recording of gradients, on the calling thread.</summary>
    public static delegate* unmanaged<byte, void> RecordGradients { get; private set; }

    public static delegate* unmanaged<uint*, int> ThreadCount { get; private set; }

    /// <summary>Gets the numbers by which this libtorch calls types of numbers, by <see cref="ScalarType"/>.</summary>
    public static int[] ScalarTypes { get; private set; } = [];

    /// <summary>Gets the numbers by which this libtorch calls devices, by <see cref="Device"/>.</summary>
    public static int[] Devices { get; private set; } = [];

    /// <summary>Gets the device's own functions, by <see cref="Device"/>; null for a GPU where none is used.</summary>
    public static DeviceFunctions?[] Direct { get; private set; } = [];

    /// <summary>Gets the functions of <c>libtorch_cuda.so</c>; null where none is used.</summary>
    public static Exports? Cuda { get; private set; }

    /// <param name="cpu">Of <c>libtorch_cpu.so</c>.</param>
    /// <param name="cuda">Of <c>libtorch_cuda.so</c>; null where it isn't loaded.</param>
    /// <exception cref="InferenceException">A function is missing.</exception>
    public static void Bind(Exports cpu, Exports? cuda)
    {
        var version = ((delegate* unmanaged<ulong>)cpu.Need("aoti_torch_abi_version"))();
        if (version < Version)
        {
            throw new InferenceException(
                "libtorch",
                $"it calls itself {version >> 56}.{(version >> 48) & 0xFF}, and the server needs "
                    + $"{TorchInstallation.OldestMinor} or newer"
            );
        }

        BindTensors(cpu);
        BindArguments(cpu);
        ThreadCount = (delegate* unmanaged<uint*, int>)cpu.Need("torch_get_num_threads");
        RecordGradients = (delegate* unmanaged<byte, void>)cpu.Need("aoti_torch_grad_mode_set_enabled");
        LastError = (delegate* unmanaged<byte*>)cpu.Find("torch_exception_get_what_without_backtrace");
        ScalarTypes =
        [
            .. Enum.GetValues<ScalarType>()
                .Select(type => Constant(cpu, $"aoti_torch_dtype_{type.ToString().ToLowerInvariant()}")),
        ];
        Devices = [Constant(cpu, "aoti_torch_device_type_cpu"), Constant(cpu, "aoti_torch_device_type_cuda")];
        Cuda = cuda;
        Direct = [new DeviceFunctions(cpu, "cpu"), cuda is null ? null : new DeviceFunctions(cuda, "cuda")];
    }

    private static int Constant(Exports library, string name) => ((delegate* unmanaged<int>)library.Need(name))();

    private static void BindTensors(Exports cpu)
    {
        DeleteTensor = (delegate* unmanaged<nint, int>)cpu.Need("aoti_torch_delete_tensor_object");
        NewHandle = (delegate* unmanaged<nint, nint*, int>)cpu.Need("aoti_torch_new_tensor_handle");
        GetRank = (delegate* unmanaged[SuppressGCTransition]<nint, long*, int>)cpu.Need("aoti_torch_get_dim");
        GetSizes = (delegate* unmanaged[SuppressGCTransition]<nint, long**, int>)cpu.Need("aoti_torch_get_sizes");
        GetStrides = (delegate* unmanaged[SuppressGCTransition]<nint, long**, int>)cpu.Need("aoti_torch_get_strides");
        GetScalarType = (delegate* unmanaged[SuppressGCTransition]<nint, int*, int>)cpu.Need("aoti_torch_get_dtype");
        GetData = (delegate* unmanaged[SuppressGCTransition]<nint, void**, int>)cpu.Need("aoti_torch_get_data_ptr");
        EmptyStrided = (delegate* unmanaged<long, long*, long*, int, int, int, nint*, int>)
            cpu.Need("aoti_torch_empty_strided");
        OfMemory = (delegate* unmanaged<void*, long, long*, long*, long, int, int, int, nint*, int>)
            cpu.Need("aoti_torch_create_tensor_from_blob");
        Reinterpret = (delegate* unmanaged<nint, long, long*, long*, long, nint*, int>)
            cpu.Need("aoti_torch__reinterpret_tensor");
        Copy = (delegate* unmanaged<nint, nint, int, int>)cpu.Need("aoti_torch_copy_");
        Zero = (delegate* unmanaged<nint, int>)cpu.Need("aoti_torch_zero_");
        Fill = (delegate* unmanaged<nint, double, int>)cpu.Need("aoti_torch_aten_fill__Scalar");
        Subtract = (delegate* unmanaged<nint, nint, double, nint*, int>)cpu.Need("aoti_torch_aten_subtract_Tensor");
        FloatTensor = (delegate* unmanaged<float, nint*, int>)cpu.Need("aoti_torch_scalar_to_tensor_float32");
        LongTensor = (delegate* unmanaged<long, nint*, int>)cpu.Need("aoti_torch_scalar_to_tensor_int64");
    }

    private static void BindArguments(Exports cpu)
    {
        CallDispatcher = (delegate* unmanaged<byte*, byte*, ulong*, ulong, int>)cpu.Need("torch_call_dispatcher");
        NewString = (delegate* unmanaged<byte*, nuint, nint*, int>)cpu.Need("torch_new_string_handle");
        NewList = (delegate* unmanaged<nuint, nint*, int>)cpu.Need("torch_new_list_reserve_size");
        Append = (delegate* unmanaged<nint, ulong, int>)cpu.Need("torch_list_push_back");
        NewValue = (delegate* unmanaged<ulong**, int>)cpu.Find("torch_new_stable_ivalue");
        // Of libstdc++, which libtorch brings along.
        Allocate = (delegate* unmanaged<nuint, void*>)(NewValue == null ? cpu.Need("_Znwm") : 0);
    }
}
