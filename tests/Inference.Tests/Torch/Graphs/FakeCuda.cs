using System.Diagnostics;
using System.Runtime.InteropServices;
using GemmaInference.Torch;

namespace Inference.Tests.Torch.Graphs;

/// <summary>
/// Compiles a library with the functions of CUDA's runtime and of libtorch's streams that graphs need, as their headers
/// declare them: it keeps the rules of capturing, counts calls, and fails where it is told to.
/// </summary>
internal sealed unsafe class FakeCuda : IDisposable
{
    private const string Source = """
        #include <stddef.h>
        #include <stdint.h>
        #include <string.h>
        typedef void* stream; typedef void* graph; typedef void* exec;
        #ifndef VERSION
        #define VERSION 12080
        #endif
        static const char* failing = ""; static int code; static int last;
        static stream current = 0; static stream own = (stream)0x51;
        static int capturing, graphs, execs, launches, waits;
        static int fails(const char* name) { return strcmp(name, failing) ? 0 : (last = code); }
        void fake_fail(const char* name, int with) { failing = strdup(name); code = with; }
        int fake_state(int which) {
          int all[] = {capturing, graphs, execs, launches, waits, current == own, last};
          return all[which];
        }
        #ifndef WITHOUT_TORCH
        int aoti_torch_get_current_cuda_stream(int32_t device, void** ret) {
          if (device != 0) return 1; *ret = current; return fails(__func__) != 0;
        }
        int torch_set_current_cuda_stream(void* s, int32_t device) {
          if (device != 0) return 1; current = s; return fails(__func__) != 0;
        }
        int torch_get_cuda_stream_from_pool(_Bool high, int32_t device, void** ret) {
          if (high || device != 0) return 1; *ret = own; return fails(__func__) != 0;
        }
        int torch_cuda_stream_synchronize(void* s, int32_t device) {
          if (device != 0 || capturing) return 1; waits++; return fails(__func__) != 0;
        }
        #endif
        #ifndef WITHOUT_RUNTIME
        int cudaRuntimeGetVersion(int* version) { *version = VERSION; return fails(__func__); }
        int cudaStreamBeginCapture(stream s, int mode) {
          if (fails(__func__)) return last;
          if (s != own || mode != 1 || capturing) return last = 1;
          capturing = 1; return 0;
        }
        int cudaStreamEndCapture(stream s, graph* ret) {
          if (s != own || !capturing) return last = 1;
          capturing = 0; *ret = 0;
          if (fails(__func__)) return last;
          graphs++; *ret = (graph)0x61; return 0;
        }
        int cudaGraphInstantiateWithFlags(exec* ret, graph g, unsigned long long flags) {
          if (fails(__func__)) return last;
          if (g != (graph)0x61 || flags != 0) return last = 1;
          execs++; *ret = (exec)0x71; return 0;
        }
        int cudaGraphGetNodes(graph g, void** nodes, size_t* count) {
          if (g != (graph)0x61 || nodes != 0) return last = 1;
          *count = 321; return 0;
        }
        #ifndef LACKING
        int cudaGraphLaunch(exec e, stream s) {
          if (fails(__func__)) return last;
          if (e != (exec)0x71 || s != own || current != own) return last = 1;
          launches++; return 0;
        }
        #endif
        int cudaGraphExecDestroy(exec e) { execs -= e == (exec)0x71; return 0; }
        int cudaGraphDestroy(graph g) { graphs -= g == (graph)0x61; return 0; }
        int cudaGetLastError(void) { int was = last; last = 0; return was; }
        const char* cudaGetErrorString(int e) { return e == 900 ? "operation not permitted" : "unknown"; }
        #endif
        """;

    private readonly ScratchDirectory _scratch = new();
    private readonly nint _library;

    private FakeCuda(string options)
    {
        Build(_scratch["libcudart.so.12"], options);
        _library = NativeLibrary.Load(_scratch["libcudart.so.12"]);
    }

    public Exports Exports => new(_library, "libtorch_cuda.so", "2.99.1");

    public (bool Capturing, int Graphs, int Executables, int Launches, int Waits, bool IsInside, int LastError) State =>
        (Number(0) != 0, Number(1), Number(2), Number(3), Number(4), Number(5) != 0, Number(6));

    /// <summary>Leaves the test out where nothing compiles C.</summary>
    public static FakeCuda Compile(string options = "")
    {
        DemandCompiler();
        return new FakeCuda(options);
    }

    /// <summary>Leaves the test out where nothing compiles C.</summary>
    public static void DemandCompiler()
    {
        if (!File.Exists("/usr/bin/cc"))
        {
            Assert.Ignore("there is no C compiler here, /usr/bin/cc");
        }
    }

    /// <summary>Compiles a library, all of it or without one half.</summary>
    /// <param name="options">Of the compiler.</param>
    public static void Build(string path, string options)
    {
        var start = new ProcessStartInfo("cc", $"-x c - -x none -shared -fPIC -o {path} {options}")
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var compiler = Process.Start(start)!;
        compiler.StandardInput.Write(Source);
        compiler.StandardInput.Close();
        var said = compiler.StandardError.ReadToEnd();
        compiler.WaitForExit();
        Assert.That(compiler.ExitCode, Is.Zero, said);
    }

    /// <summary>Lets a function fail from now on.</summary>
    public void Fail(string function, int code = 900)
    {
        var text = Marshal.StringToCoTaskMemUTF8(function);
        ((delegate* unmanaged<nint, int, void>)NativeLibrary.GetExport(_library, "fake_fail"))(text, code);
        Marshal.FreeCoTaskMem(text);
    }

    public void Dispose()
    {
        NativeLibrary.Free(_library);
        _scratch.Dispose();
    }

    private int Number(int which) =>
        ((delegate* unmanaged<int, int>)NativeLibrary.GetExport(_library, "fake_state"))(which);
}
