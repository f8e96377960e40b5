namespace Ocarina.Tests.Sandbox;

/// <summary>A folder that goes with the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("ocarina-sandbox-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
