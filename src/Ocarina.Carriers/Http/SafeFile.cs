using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Ocarina.Carriers.Http;

/// <summary>Opens files in folders that others may write to: follows no link, takes no file of somebody else, lets nobody else read it.</summary>
internal static partial class SafeFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const int AtEmptyPath = 0x1000;
    private const uint StatxBasic = 0x7ff;
    private const int RegularFile = 0x8000;
    private const int FileTypeMask = 0xF000;

    /// <summary>Opens, or makes, a regular file of our own, for us only.</summary>
    /// <exception cref="IOException">It is a link, something else than a file, somebody else's, or cannot be opened.</exception>
    public static SafeFileHandle OpenForAppend(string path)
    {
        if (OperatingSystem.IsWindows()) return OpenOnWindows(path);
        var handle = OpenNoFollow(path, FlagsOf(), 0x180); // 0600
        if (handle.IsInvalid)
        {
            var code = Marshal.GetLastPInvokeError();
            handle.Dispose();
            throw new IOException($"it cannot be opened, or it is a link: {new Win32Exception(code).Message}");
        }

        try
        {
            Check(handle);
            return handle;
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Appends with one call of the system.</summary>
    public static void Append(SafeFileHandle file, byte[] bytes) => RandomAccess.Write(file, bytes, RandomAccess.GetLength(file)); // O_APPEND: the place given is not used

    [UnsupportedOSPlatform("windows")]
    private static void Check(SafeFileHandle handle)
    {
        if (OperatingSystem.IsLinux())
        {
            if (Statx(handle, "", AtEmptyPath, StatxBasic, out var facts) != 0) throw new IOException("its owner cannot be read");
            if ((facts.Mode & FileTypeMask) != RegularFile) throw new IOException("it is no regular file");
            if (facts.Uid != GetEffectiveUserId()) throw new IOException("it belongs to another user");
            if (facts.LinkCount != 1) throw new IOException("it has a second name");
        }

        if (File.GetUnixFileMode(handle) != OwnerOnly) File.SetUnixFileMode(handle, OwnerOnly); // fails for a file of another user
    }

    private static SafeFileHandle OpenOnWindows(string path)
    {
        var handle = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        if ((File.GetAttributes(handle) & FileAttributes.ReparsePoint) == 0 && new FileInfo(path).LinkTarget is null) return handle;
        handle.Dispose();
        throw new IOException("it is a link");
    }

    /// <summary>O_WRONLY, O_CREAT, O_APPEND, O_NOFOLLOW, O_NONBLOCK (a pipe must not hold us), O_CLOEXEC; their numbers depend on the system.</summary>
    private static int FlagsOf()
    {
        if (OperatingSystem.IsMacOS()) return 0x1 | 0x200 | 0x8 | 0x100 | 0x4 | 0x1000000;
        var noFollow = RuntimeInformation.ProcessArchitecture is Architecture.Arm or Architecture.Arm64 or Architecture.Armv6 or Architecture.Ppc64le ? 0x8000 : 0x20000;
        return 0x1 | 0x40 | 0x400 | noFollow | 0x800 | 0x80000;
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle OpenNoFollow(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(SafeFileHandle folder, string path, int flags, uint wanted, out StatxFacts facts);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetEffectiveUserId();

    /// <summary>The beginning of the kernel's <c>struct statx</c>, which is the same on all machines; 256 bytes in all.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct StatxFacts
    {
        [FieldOffset(16)]
        public uint LinkCount;

        [FieldOffset(20)]
        public uint Uid;

        [FieldOffset(28)]
        public ushort Mode;
    }
}
