using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Inference.Tests.Torch.Pages;

/// <summary>
/// Compiles a library with the functions of the CUDA driver that pages need, as its header declares them, on the host's
/// memory: one page can lie at several addresses, and what isn't mapped or allowed faults. It keeps the rules, and
/// fails where it is told to.
/// </summary>
internal sealed unsafe class FakeDriver : IDisposable
{
    /// <summary>What a page has at least.</summary>
    public const int Granularity = 8192;

    private const string Source = """
        #define _GNU_SOURCE
        #include <stddef.h>
        #include <string.h>
        #include <sys/mman.h>
        #include <unistd.h>
        #define G 8192UL
        #define MOST 65536
        typedef unsigned long long u64;
        typedef struct { int type; int id; } location;
        typedef struct { int type; int handles; location place; void* windows;
          struct { unsigned char a, b; unsigned short c; unsigned char d[4]; } flags; } prop;
        typedef struct { location place; int flags; } access_desc;
        enum { INVALID = 1, MEMORY = 2 };
        static const char* failing = ""; static int code, fd = -1, pending;
        static int made, released, ranges, maps, syncs;
        static struct { u64 at; size_t size; } range[MOST];
        static struct { u64 at, handle; int allowed; } map[MOST];
        static char live[MOST]; static int uses[MOST];
        static int fails(const char* name) { return strcmp(name, failing) ? 0 : code; }
        void fake_fail(const char* name, int with) { failing = strdup(name); code = with; }
        void fake_launch(void) { pending = 1; }
        int fake_state(int which) { int all[] = {made - released, ranges, maps, syncs}; return all[which]; }
        static int valid(const prop* p) {
          return p->type == 1 && p->handles == 0 && p->place.type == 1 && p->place.id == 0 && !p->windows;
        }
        static int within(u64 at, size_t size) {
          for (int i = 0; i < ranges; i++)
            if (at >= range[i].at && at + size <= range[i].at + range[i].size) return 1;
          return 0;
        }
        static int find(u64 at) { for (int i = 0; i < maps; i++) if (map[i].at == at) return i; return -1; }
        int cuMemGetAllocationGranularity(size_t* ret, const prop* p, int option) {
          if (fails(__func__)) return code;
          if (!valid(p) || option != 0) return INVALID;
          *ret = G; return 0;
        }
        int cuMemAddressReserve(u64* ret, size_t size, size_t alignment, u64 where, u64 flags) {
          if (fails(__func__)) return code;
          if (size == 0 || size % G || alignment || where || flags || ranges == MOST) return INVALID;
          void* at = mmap(0, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
          if (at == MAP_FAILED) return MEMORY;
          range[ranges].at = (u64)at; range[ranges++].size = size; *ret = (u64)at; return 0;
        }
        int cuMemAddressFree(u64 at, size_t size) {
          for (int i = 0; i < maps; i++) if (map[i].at >= at && map[i].at < at + size) return INVALID;
          for (int i = 0; i < ranges; i++) if (range[i].at == at && range[i].size == size) {
            munmap((void*)at, size); range[i] = range[--ranges]; return 0;
          }
          return INVALID;
        }
        int cuMemCreate(u64* ret, size_t size, const prop* p, u64 flags) {
          if (fails(__func__)) return code;
          if (size != G || !valid(p) || flags || made == MOST - 1) return INVALID;
          if (fd < 0) fd = memfd_create("pages", 0);
          if (ftruncate(fd, (made + 1) * G)) return MEMORY;
          // What a GPU has there isn't zero.
          char dirt[G]; memset(dirt, 0xFF, G); if (pwrite(fd, dirt, G, made * G) != G) return MEMORY;
          live[made] = 1; *ret = 1000 + made++; return 0;
        }
        int cuMemRelease(u64 handle) {
          int i = handle - 1000;
          if (i < 0 || i >= made || !live[i] || uses[i]) return INVALID;
          live[i] = 0; released++; return 0;
        }
        int cuMemMap(u64 at, size_t size, size_t offset, u64 handle, u64 flags) {
          if (fails(__func__)) return code;
          int i = handle - 1000;
          if (i < 0 || i >= made || !live[i] || size != G || offset || flags || !within(at, size)) return INVALID;
          for (int j = 0; j < ranges; j++)
            if (at >= range[j].at && at < range[j].at + range[j].size && (at - range[j].at) % G) return INVALID;
          if (find(at) >= 0 || maps == MOST) return INVALID;
          if (mmap((void*)at, G, PROT_NONE, MAP_SHARED | MAP_FIXED, fd, i * G) == MAP_FAILED) return MEMORY;
          map[maps].at = at; map[maps].handle = i; map[maps++].allowed = 0; uses[i]++; return 0;
        }
        int cuMemUnmap(u64 at, size_t size) {
          if (fails(__func__)) return code;
          int i = find(at);
          if (i < 0 || size != G || pending) return INVALID;
          mmap((void*)at, G, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
          uses[map[i].handle]--; map[i] = map[--maps]; return 0;
        }
        int cuMemSetAccess(u64 at, size_t size, const access_desc* desc, size_t count) {
          if (fails(__func__)) return code;
          if (count != 1 || desc->place.type != 1 || desc->place.id != 0 || size == 0 || size % G) return INVALID;
          if (desc->flags != 1 && desc->flags != 3) return INVALID;
          for (u64 page = at; page < at + size; page += G) {
            int i = find(page);
            if (i < 0) return INVALID;
            map[i].allowed = desc->flags;
            mprotect((void*)page, G, desc->flags);
          }
          return 0;
        }
        int cuMemsetD8_v2(u64 at, unsigned char value, size_t size) {
          if (fails(__func__)) return code;
          for (u64 page = at; page < at + size; page += G) {
            int i = find(page);
            if (i < 0 || map[i].allowed != 3) return INVALID;
          }
          memset((void*)at, value, size); pending = 1; return 0;
        }
        #ifndef LACKING
        int cuCtxSynchronize(void) { if (fails(__func__)) return code; pending = 0; syncs++; return 0; }
        #endif
        int cuGetErrorString(int error, const char** ret) {
          *ret = error == 2 ? "out of memory" : "invalid argument"; return 0;
        }
        """;

    private readonly ScratchDirectory _scratch = new();

    private FakeDriver(string options)
    {
        File.WriteAllText(_scratch["driver.c"], Source);
        var path = _scratch["libcuda.so.1"];
        var start = new ProcessStartInfo("cc", $"{options} -shared -fPIC -o {path} {_scratch["driver.c"]}")
        {
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var compiler = Process.Start(start)!;
        var said = compiler.StandardError.ReadToEnd();
        compiler.WaitForExit();
        Assert.That(compiler.ExitCode, Is.Zero, said);
        Library = NativeLibrary.Load(path);
    }

    public nint Library { get; }

    /// <summary>Gets the pages that were made, the ranges, the mapped pages, and how often it was waited for.</summary>
    public (int Made, int Ranges, int Mapped, int Waits) State => (Number(0), Number(1), Number(2), Number(3));

    /// <summary>Leaves the test out where nothing compiles C.</summary>
    public static FakeDriver Compile(string options = "")
    {
        if (!File.Exists("/usr/bin/cc"))
        {
            Assert.Ignore("there is no C compiler here, /usr/bin/cc");
        }

        return new FakeDriver(options);
    }

    /// <summary>Lets a function fail from now on.</summary>
    public void Fail(string function, int code = 2)
    {
        var text = Marshal.StringToCoTaskMemUTF8(function);
        ((delegate* unmanaged<nint, int, void>)NativeLibrary.GetExport(Library, "fake_fail"))(text, code);
        Marshal.FreeCoTaskMem(text);
    }

    /// <summary>Begins work, during which nothing may be unmapped.</summary>
    public void Launch() => ((delegate* unmanaged<void>)NativeLibrary.GetExport(Library, "fake_launch"))();

    public void Dispose()
    {
        NativeLibrary.Free(Library);
        _scratch.Dispose();
    }

    private int Number(int which) =>
        ((delegate* unmanaged<int, int>)NativeLibrary.GetExport(Library, "fake_state"))(which);
}
