using Hashgate.Proxy.Hosting;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Hosting;

public sealed class DataDirectoryTests : IDisposable
{
    private readonly TemporaryDirectory _parent = new();

    [Fact]
    public void Missing_directory_is_made_and_held()
    {
        var path = Path.Combine(_parent.Path, "a", "b");
        Assert.False(DataDirectory.IsHeld(path));
        using var held = DataDirectory.Hold(path);
        Assert.Equal(path, held.Path);
        Assert.True(DataDirectory.IsHeld(path));
    }

    [Fact]
    public void Second_holder_is_refused_until_the_first_lets_go()
    {
        using (DataDirectory.Hold(_parent.Path))
        {
            var refused = Assert.Throws<SettingsException>(() => DataDirectory.Hold(_parent.Path));
            Assert.Contains("in use by another process", Assert.Single(refused.Errors), StringComparison.Ordinal);
        }
        Assert.False(DataDirectory.IsHeld(_parent.Path));
        DataDirectory.Hold(_parent.Path).Dispose();
    }

    [Fact]
    public void Path_that_can_not_be_a_directory_is_refused()
    {
        var file = Path.Combine(_parent.Path, "file");
        File.WriteAllText(file, "");
        var refused = Assert.Throws<SettingsException>(() => DataDirectory.Hold(Path.Combine(file, "data")));
        Assert.Contains("can't be made", Assert.Single(refused.Errors), StringComparison.Ordinal);
    }

    public void Dispose() => _parent.Dispose();
}
