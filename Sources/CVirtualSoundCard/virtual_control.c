// The card's mixer as an ALSA control device of the type `earshot_virtual`: one volume, "Music", as a radio beside the
// assistant would have. Nothing of the card sounds louder or quieter by it; it is there to be turned.
#define _GNU_SOURCE
#ifndef PIC
#define PIC 1  // SND_CTL_PLUGIN_SYMBOL's way for shared objects
#endif
#include "earshot_virtual_card.h"
#include <alsa/asoundlib.h>
#include <alsa/control_external.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char volume_name[] = "Music Playback Volume";

typedef struct {
  snd_ctl_ext_t ext;
  evc_card *card;
  int fds[2];
  // A scale from -50 dB in steps of half a decibel: EVC_VOLUME_MAX is 0 dB.
  unsigned int scale[4];
} control;

static int element_count(snd_ctl_ext_t *ext) {
  (void)ext;
  return 1;
}

static int element_list(snd_ctl_ext_t *ext, unsigned int offset, snd_ctl_elem_id_t *id) {
  (void)ext;
  if (offset != 0) return -EINVAL;
  snd_ctl_elem_id_set_interface(id, SND_CTL_ELEM_IFACE_MIXER);
  snd_ctl_elem_id_set_name(id, volume_name);
  return 0;
}

static snd_ctl_ext_key_t find_element(snd_ctl_ext_t *ext, const snd_ctl_elem_id_t *id) {
  (void)ext;
  return strcmp(snd_ctl_elem_id_get_name(id), volume_name) == 0 ? 0 : SND_CTL_EXT_KEY_NOT_FOUND;
}

static int attribute(snd_ctl_ext_t *ext, snd_ctl_ext_key_t key, int *type, unsigned int *access, unsigned int *count) {
  (void)ext, (void)key;
  *type = SND_CTL_ELEM_TYPE_INTEGER;
  *access = SND_CTL_EXT_ACCESS_READWRITE | SND_CTL_EXT_ACCESS_TLV_READ;
  *count = 1;
  return 0;
}

static int integer_info(snd_ctl_ext_t *ext, snd_ctl_ext_key_t key, long *low, long *high, long *step) {
  (void)ext, (void)key;
  *low = 0, *high = EVC_VOLUME_MAX, *step = 1;
  return 0;
}

static int read_integer(snd_ctl_ext_t *ext, snd_ctl_ext_key_t key, long *value) {
  (void)key;
  *value = evc_card_volume(((control *)ext->private_data)->card);
  return 0;
}

static int write_integer(snd_ctl_ext_t *ext, snd_ctl_ext_key_t key, long *value) {
  (void)key;
  evc_card *card = ((control *)ext->private_data)->card;
  if (evc_card_volume(card) == *value) return 0;
  evc_card_set_volume(card, (int)*value);
  return 1;
}

static int read_event(snd_ctl_ext_t *ext, snd_ctl_elem_id_t *id, unsigned int *mask) {
  (void)ext, (void)id, (void)mask;
  return -EAGAIN;
}

static void close_control(snd_ctl_ext_t *ext) {
  control *c = ext->private_data;
  evc_card_close(c->card);
  if (c->fds[0] >= 0) close(c->fds[0]);
  if (c->fds[1] >= 0) close(c->fds[1]);
  free(c);
}

static const snd_ctl_ext_callback_t callbacks = {
    .close = close_control,
    .elem_count = element_count,
    .elem_list = element_list,
    .find_elem = find_element,
    .get_attribute = attribute,
    .get_integer_info = integer_info,
    .read_integer = read_integer,
    .write_integer = write_integer,
    .read_event = read_event,
};

static int parse(snd_config_t *conf, const char **file) {
  snd_config_iterator_t i, next;
  snd_config_for_each(i, next, conf) {
    snd_config_t *node = snd_config_iterator_entry(i);
    const char *id;
    if (snd_config_get_id(node, &id) < 0) continue;
    if (!strcmp(id, "file") && snd_config_get_string(node, file) < 0) return -EINVAL;
  }
  return *file ? 0 : -EINVAL;
}

SND_CTL_PLUGIN_DEFINE_FUNC(earshot_virtual) {
  (void)root;
  const char *file = NULL;
  int error = parse(conf, &file);
  if (error) return error;
  control *c = calloc(1, sizeof *c);
  if (!c) return -ENOMEM;
  c->fds[0] = c->fds[1] = -1;
  error = evc_card_open(file, 0, &c->card);
  if (!error && pipe(c->fds)) error = -errno;
  if (error) {
    evc_card_close(c->card);
    free(c);
    return error;
  }
  c->scale[0] = SND_CTL_TLVT_DB_SCALE, c->scale[1] = 2 * sizeof(unsigned int);
  c->scale[2] = (unsigned int)-5000, c->scale[3] = 50;
  c->ext.version = SND_CTL_EXT_VERSION;
  strcpy(c->ext.id, "EarshotVirtual");
  strcpy(c->ext.name, "Earshot virtual");
  strcpy(c->ext.longname, "Earshot virtual sound card");
  strcpy(c->ext.mixername, "Earshot virtual mixer");
  // Nothing ever arrives here; who waits for changes waits in vain.
  c->ext.poll_fd = c->fds[0];
  c->ext.callback = &callbacks;
  c->ext.private_data = c;
  c->ext.tlv.p = c->scale;
  error = snd_ctl_ext_create(&c->ext, name, mode);
  if (error < 0) {
    close_control(&c->ext);
    return error;
  }
  *handlep = c->ext.handle;
  return 0;
}
SND_CTL_PLUGIN_SYMBOL(earshot_virtual)
